import t from 'tap';
import { ERROR_CODES } from '../../src/domain/errors.js';
import { BATCH_BOUNDS, FastHistogram, SECONDS_BOUNDS } from '../../src/domain/histogram.js';
import type { Readiness } from '../../src/domain/ports.js';
import type { LedgerStats, ShardStats, StockTotals } from '../../src/domain/stats.js';
import { EngineMetrics } from '../../src/observe/engine-metrics.js';
import { type Family, parseMetrics, sampleValue } from '../support/prometheus.js';

const ROUTES = ['POST /v1/holds', 'GET /v1/skus/{sku}', 'unknown'];
const STOCK: StockTotals = {
  skus: { scheduled: 1, open: 2, paused: 0, closed: 0 },
  units: { available: 70, held: 20, sold: 9, reserved: 1 },
  soldOut: 1,
  oversoldUnits: 0,
};
const READY: Readiness = {
  ready: true,
  dependencies: { redis: { state: 'ok' }, ledger: { state: 'degraded', detail: 'behind' } },
};

function metrics(readiness: Readiness = READY, buyingRoutes: readonly string[] = []): EngineMetrics {
  return new EngineMetrics({
    routes: ROUTES,
    readiness: () => readiness,
    durable: () => true,
    storeRolledBack: () => false,
    busy: () => 0.25,
    redisMemoryPercent: { alarm: 70, refuse: 85 },
    buyingRoutes,
    version: '1.2.3',
  });
}

function histogram(bounds: readonly number[], ...values: number[]): FastHistogram {
  const filled = new FastHistogram(bounds);
  for (const value of values) filled.record(value);
  return filled;
}

function shardStats(changes: Partial<ShardStats> = {}): ShardStats {
  return {
    shard: 0,
    life: 0,
    created: 0,
    confirmed: 0,
    released: 0,
    expired: 0,
    refusedByView: 0,
    overloadedByCommands: 0,
    overloadedByWait: 0,
    resubmitted: 0,
    replicaShortfalls: 0,
    waiting: 0,
    mailboxFill: 0,
    stock: STOCK,
    flushCommands: histogram(BATCH_BOUNDS).snapshot(),
    flushSeconds: histogram(SECONDS_BOUNDS).snapshot(),
    expiryLatenessSeconds: histogram(SECONDS_BOUNDS).snapshot(),
    ...changes,
  };
}

function ledgerStats(changes: Partial<LedgerStats> = {}): LedgerStats {
  return {
    life: 0,
    leader: true,
    postgres: 'ok',
    lagSeconds: 0.5,
    lagEvents: 7,
    streamEvents: 70,
    rows: 900,
    committed: 3,
    fenced: 1,
    failed: 0,
    quarantined: 0,
    stoppedPartitions: 0,
    transactionSeconds: histogram(SECONDS_BOUNDS, 0.02).snapshot(),
    redisRoundTripSeconds: histogram(SECONDS_BOUNDS, 0.0001).snapshot(),
    redisFiles: { aofBytes: 4096, rewriting: 1 },
    redisMemory: { usedBytes: 1000, maxBytes: 5000 },
    auditRounds: 1,
    auditFailures: 2,
    auditUncounted: 1,
    auditRepairs: 3,
    auditDiffering: 4,
    auditedAt: 5000,
    auditRoundSeconds: 6,
    ...changes,
  };
}

async function scrape(engine: EngineMetrics): Promise<ReadonlyMap<string, Family>> {
  return parseMetrics(await engine.text());
}

/** An engine that has counted everything there is to count at least once. */
function busyEngine(): EngineMetrics {
  const engine = metrics();
  for (const [route] of ROUTES.entries()) {
    for (const code of ['ok', 'created', 'replayed', 'aborted', ...ERROR_CODES] as const) {
      engine.gateway.started();
      engine.gateway.answered(route, code, 0.003);
    }
  }
  for (const verdict of ['ask_new', 'ask', 'sold_out', 'not_open', 'paused', 'closed'] as const) {
    engine.gateway.verdict(verdict);
  }
  for (let shard = 0; shard < 8; shard += 1) engine.shardReported(shardStats({ shard, created: 5 }));
  engine.ledgerReported(ledgerStats());
  return engine;
}

t.test('names, help, units and labels follow the rules', async (t) => {
  const families = await scrape(busyEngine());
  const own = [...families.values()].filter(({ name }) => name.startsWith('holdfast_'));
  t.ok(own.length >= 30, `${own.length} metrics of our own`);
  for (const { name, type, help, samples } of families.values()) {
    t.ok(help.length > 5, `${name} has a help text`);
    t.match(name, /^(holdfast|process|nodejs)_[a-z0-9_]+$/);
    if (name.startsWith('holdfast_')) {
      t.equal(name.endsWith('_total'), type === 'counter', `${name}: _total for counters and only for them`);
      t.notMatch(name, /_(ms|milliseconds|micros|kb|mb)(_|$)/, `${name} is in base units`);
    }
    for (const { labels } of samples) {
      for (const label of Object.keys(labels)) {
        t.notMatch(label, /sku|buyer|hold_?id|key|address|payment|request/i, `${name}{${label}}`);
      }
    }
  }
});

t.test('the number of series is bounded, however busy the engine', async (t) => {
  const families = await scrape(busyEngine());
  const series = [...families.values()].reduce((sum, { samples }) => sum + samples.length, 0);
  t.ok(series < 900, `${series} series with three routes`);
  const codes = ERROR_CODES.length + 4;
  t.equal(families.get('holdfast_requests_total')?.samples.length, ROUTES.length * codes);
  t.equal(
    families.get('holdfast_request_seconds')?.samples.length,
    ROUTES.length * 3 * (SECONDS_BOUNDS.length + 3),
  );
});

t.test('what the gateway counted comes out, and only that', async (t) => {
  const engine = metrics();
  engine.gateway.started();
  engine.gateway.started();
  engine.gateway.answered(0, 'created', 0.004);
  engine.gateway.verdict('sold_out');
  const families = await scrape(engine);
  t.equal(sampleValue(families, 'holdfast_requests_total', { route: ROUTES[0]!, code: 'created' }), 1);
  t.equal(families.get('holdfast_requests_total')?.samples.length, 1, 'no series for what never happened');
  t.equal(sampleValue(families, 'holdfast_requests_in_flight'), 1);
  t.equal(sampleValue(families, 'holdfast_board_verdicts_total', { verdict: 'sold_out' }), 1);
  const bucket = (le: string): number | undefined =>
    sampleValue(families, 'holdfast_request_seconds_bucket', { route: ROUTES[0]!, result: 'accepted', le });
  t.equal(bucket('0.0025'), 0);
  t.equal(bucket('0.005'), 1);
  t.equal(bucket('0.01'), 1, 'an edge on the objective of 10 ms');
  t.equal(bucket('+Inf'), 1);
  t.equal(
    sampleValue(families, 'holdfast_request_seconds_sum', { route: ROUTES[0]!, result: 'accepted' }),
    0.004,
  );
  t.equal(
    (await scrape(engine)).get('holdfast_requests_total')?.samples[0]?.value,
    1,
    'scraping twice adds nothing',
  );
});

t.test('counters of shards that died do not go backwards', async (t) => {
  const engine = metrics();
  const flushes = (...values: number[]): Partial<ShardStats> => ({
    flushSeconds: histogram(SECONDS_BOUNDS, ...values).snapshot(),
  });
  engine.shardReported(shardStats({ shard: 0, created: 100, waiting: 9, ...flushes(0.001, 0.001) }));
  engine.shardReported(shardStats({ shard: 1, created: 10 }));
  engine.shardReported(shardStats({ shard: 0, life: 1, created: 1, waiting: 2, ...flushes(0.02) }));
  engine.shardReported(shardStats({ shard: 0, life: 0, created: 90, waiting: 50 }));
  const families = await scrape(engine);
  t.equal(sampleValue(families, 'holdfast_holds_total', { state: 'held' }), 111);
  t.equal(sampleValue(families, 'holdfast_shard_restarts_total'), 1);
  t.equal(sampleValue(families, 'holdfast_mailbox_waiting'), 2, 'gauges are of the newest life only');
  t.equal(sampleValue(families, 'holdfast_flush_seconds_count'), 3);
  t.equal(sampleValue(families, 'holdfast_flush_seconds_bucket', { le: '0.001' }), 2);
});

t.test('the stock of all shards is added up; the fullest mailbox speaks for all', async (t) => {
  const engine = metrics();
  engine.shardReported(shardStats({ shard: 0, mailboxFill: 0.2 }));
  engine.shardReported(shardStats({ shard: 1, mailboxFill: 0.9, stock: { ...STOCK, oversoldUnits: 3 } }));
  const families = await scrape(engine);
  t.equal(sampleValue(families, 'holdfast_mailbox_fill_ratio'), 0.9);
  t.equal(sampleValue(families, 'holdfast_skus', { state: 'open' }), 4);
  t.equal(sampleValue(families, 'holdfast_skus_sold_out'), 2);
  t.equal(sampleValue(families, 'holdfast_stock_units', { state: 'available' }), 140);
  t.equal(sampleValue(families, 'holdfast_stock_units', { state: 'sold' }), 18);
  t.equal(sampleValue(families, 'holdfast_stock_oversold_units'), 3);
});

t.test('failures of what buyers depend on are shown before there are any', async (t) => {
  const [buying, other] = ROUTES as [string, string];
  const engine = metrics(READY, [buying]);
  const before = await scrape(engine);
  t.equal(sampleValue(before, 'holdfast_requests_total', { route: buying, code: 'outcome_unknown' }), 0);
  t.equal(sampleValue(before, 'holdfast_requests_total', { route: buying, code: 'sold_out' }), undefined);
  t.equal(
    sampleValue(before, 'holdfast_requests_total', { route: other, code: 'outcome_unknown' }),
    undefined,
  );
  for (const result of ['accepted', 'refused', 'failed']) {
    t.equal(sampleValue(before, 'holdfast_request_seconds_count', { route: buying, result }), 0);
  }
  engine.gateway.answered(0, 'outcome_unknown', 0.1);
  const after = await scrape(engine);
  t.equal(sampleValue(after, 'holdfast_requests_total', { route: buying, code: 'outcome_unknown' }), 1);
  t.equal(sampleValue(after, 'holdfast_request_seconds_count', { route: buying, result: 'failed' }), 1);
});

t.test('the ledger, the store and readiness', async (t) => {
  const engine = metrics({ ready: false, dependencies: { redis: { state: 'down', detail: 'refused' } } });
  engine.ledgerReported(ledgerStats({ lagSeconds: 1.5 }));
  const families = await scrape(engine);
  t.equal(sampleValue(families, 'holdfast_ledger_lag_seconds'), 1.5);
  t.equal(sampleValue(families, 'holdfast_ledger_transactions_total', { result: 'fenced' }), 1);
  t.equal(sampleValue(families, 'holdfast_redis_memory_used_bytes'), 1000);
  const threshold = (level: string): number | undefined =>
    sampleValue(families, 'holdfast_redis_memory_threshold_bytes', { level });
  t.same([threshold('alarm'), threshold('refuse')], [3500, 4250], '70 and 85 % of maxmemory');
  t.equal(sampleValue(families, 'holdfast_redis_aof_bytes'), 4096);
  t.equal(sampleValue(families, 'holdfast_redis_aof_rewriting'), 1);
  t.equal(sampleValue(families, 'holdfast_audit_differing_skus'), 4);
  t.equal(sampleValue(families, 'holdfast_audit_last_success_timestamp_seconds'), 5);
  t.equal(sampleValue(families, 'holdfast_ready'), 0);
  t.equal(sampleValue(families, 'holdfast_dependency_up', { dependency: 'redis' }), 0);
  t.equal(sampleValue(families, 'holdfast_durability_ok'), 1);
  t.equal(sampleValue(families, 'holdfast_main_thread_busy_ratio'), 0.25);
  t.equal(sampleValue(families, 'holdfast_build_info', { version: '1.2.3', node: process.version }), 1);
});
