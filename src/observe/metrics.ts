import { collectDefaultMetrics, type Registry } from 'prom-client';
import { BATCH_BOUNDS, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { Readiness } from '../domain/ports.js';
import { SKU_STATES } from '../domain/sku.js';
import { type Declarations, declarations, one, type Reading, single } from './declarations.js';
import type { GatewayCounters } from './gateway-counters.js';
import { LOAD_RESULTS, type LoadCounters } from './load-counters.js';
import type { ReportedLedger, ReportedShards } from './reported.js';

/** What the metrics are read from when somebody scrapes. */
export interface MetricSources {
  readonly gateway: GatewayCounters;
  readonly shards: ReportedShards;
  readonly ledger: ReportedLedger;
  readonly readiness: () => Readiness;
  /** False where the user insisted on a Redis that does not sync every write. */
  readonly durable: () => boolean;
  readonly storeRolledBack: () => boolean;
  /** Busy share of the main thread, 0 … 1. */
  readonly busy: () => number;
  /** Shares of maxmemory at which an alarm is raised and new holds are refused, in percent. */
  readonly redisMemoryPercent: { readonly alarm: number; readonly refuse: number };
  readonly version: string;
}

/** Gauges of prom-client that are named like counters; the same without the suffix have what they sum up. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

const UNIT_STATES = ['available', 'held', 'sold', 'reserved'] as const;

/**
 * Every metric of Holdfast is declared in this file and nowhere else. Base units; no `sku`, buyer or hold in any label
 * (10,000 SKUs would be millions of series); `route`, `code` and the like have a few dozen values at most.
 */
export function declareMetrics(registry: Registry, sources: MetricSources): void {
  const declare = declarations(registry);
  declareGateway(declare, sources.gateway);
  declareShards(declare, sources.shards);
  declareStock(declare, sources.shards);
  declareStore(declare, sources);
  declareLedger(declare, sources.ledger);
  declareAudit(declare, sources.ledger);
  declareEngine(declare, sources);
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}

function declareGateway({ counter, gauge, histogram }: Declarations, gateway: GatewayCounters): void {
  counter('holdfast_requests_total', 'Requests answered, by route and outcome code', ['route', 'code'], () =>
    Array.from(gateway.answers(), ({ route, code, count }): Reading => [{ route, code }, count]),
  );
  histogram(
    'holdfast_request_seconds',
    'From the request seen to its answer handed to the socket, by route and result',
    SECONDS_BOUNDS,
    ['route', 'result'],
    () =>
      Array.from(gateway.seconds(), ({ route, result, histogram: values }) => ({
        labels: { route, result },
        snapshot: values.snapshot(),
      })),
  );
  gauge('holdfast_requests_in_flight', 'Requests not answered yet', [], () => one(gateway.inFlight));
  gauge('holdfast_live_streams', 'Open event streams of /live', [], () => one(gateway.openLiveStreams));
  counter(
    'holdfast_board_verdicts_total',
    'What the board said of new holds; ask_new and ask went on to the actors',
    ['verdict'],
    () => Array.from(gateway.verdicts(), ({ verdict, count }): Reading => [{ verdict }, count]),
  );
}

function declareShards({ counter, gauge, histogram }: Declarations, shards: ReportedShards): void {
  counter('holdfast_holds_total', 'Holds that changed state, by the state they came to', ['state'], () => [
    [{ state: 'held' }, shards.counter('created')],
    [{ state: 'confirmed' }, shards.counter('confirmed')],
    [{ state: 'released' }, shards.counter('released')],
    [{ state: 'expired' }, shards.counter('expired')],
  ]);
  counter('holdfast_refused_by_view_total', 'Holds an actor refused without asking Redis', [], () =>
    one(shards.counter('refusedByView')),
  );
  counter(
    'holdfast_overloads_total',
    'Commands refused by a full mailbox, by the bound they met',
    ['bound'],
    () => [
      [{ bound: 'commands' }, shards.counter('overloadedByCommands')],
      [{ bound: 'wait' }, shards.counter('overloadedByWait')],
    ],
  );
  counter('holdfast_resubmissions_total', 'Commands sent again because their reply was lost', [], () =>
    one(shards.counter('resubmitted')),
  );
  counter(
    'holdfast_replica_shortfalls_total',
    'Flushes that fewer than STOCK_REPLICAS replicas had in time, answered as unknown',
    [],
    () => one(shards.counter('replicaShortfalls')),
  );
  gauge('holdfast_mailbox_waiting', 'Commands waiting or in flight in the shards', [], () =>
    one(shards.gauge((stats) => stats.waiting)),
  );
  gauge(
    'holdfast_mailbox_fill_ratio',
    'How near the fullest shard is to refusing new holds, by commands or by estimated wait; from 1 on it refuses',
    [],
    () => one(shards.peak((stats) => stats.mailboxFill)),
  );
  histogram('holdfast_flush_commands', 'Commands in one flush to Redis', BATCH_BOUNDS, [], () =>
    single(shards.histogram('flushCommands')),
  );
  histogram('holdfast_flush_seconds', 'One flush to Redis and back, fsync included', SECONDS_BOUNDS, [], () =>
    single(shards.histogram('flushSeconds')),
  );
  histogram(
    'holdfast_expiry_lateness_seconds',
    'From the deadline of a hold to its stock being back on sale',
    SECONDS_BOUNDS,
    [],
    () => single(shards.histogram('expiryLatenessSeconds')),
  );
  counter('holdfast_shard_restarts_total', 'Shard threads that died and were started again', [], () =>
    one(shards.restarts),
  );
}

/** Every engine on one store sees all of its stock: across instances take the maximum, not the sum. */
function declareStock({ gauge }: Declarations, shards: ReportedShards): void {
  gauge('holdfast_skus', 'SKUs, by state', ['state'], () =>
    SKU_STATES.map((state): Reading => [{ state }, shards.gauge(({ stock }) => stock.skus[state])]),
  );
  gauge('holdfast_skus_sold_out', 'Open SKUs of which nothing is available', [], () =>
    one(shards.gauge(({ stock }) => stock.soldOut)),
  );
  gauge('holdfast_stock_units', 'Units of all SKUs, by what became of them', ['state'], () =>
    UNIT_STATES.map((state): Reading => [{ state }, shards.gauge(({ stock }) => stock.units[state])]),
  );
  gauge(
    'holdfast_stock_oversold_units',
    'Units promised beyond what SKUs have; anything but 0 is an oversell',
    [],
    () => one(shards.gauge(({ stock }) => stock.oversoldUnits)),
  );
}

function declareStore({ gauge, histogram }: Declarations, sources: MetricSources): void {
  const { ledger } = sources;
  histogram(
    'holdfast_redis_round_trip_seconds',
    'A plain round trip to Redis, no write',
    SECONDS_BOUNDS,
    [],
    () => single(ledger.histogram('redisRoundTripSeconds')),
  );
  gauge('holdfast_redis_memory_used_bytes', 'Memory Redis uses', [], () =>
    one(ledger.gauge((stats) => stats.redisMemory.usedBytes)),
  );
  gauge('holdfast_redis_memory_max_bytes', 'Memory Redis may use (maxmemory)', [], () =>
    one(ledger.gauge((stats) => stats.redisMemory.maxBytes)),
  );
  gauge(
    'holdfast_redis_memory_threshold_bytes',
    'Memory used from which an alarm is raised (alarm) and new holds are refused (refuse)',
    ['level'],
    () => {
      const maxBytes = ledger.gauge((stats) => stats.redisMemory.maxBytes);
      const { alarm, refuse } = sources.redisMemoryPercent;
      return [
        [{ level: 'alarm' }, (maxBytes * alarm) / 100],
        [{ level: 'refuse' }, (maxBytes * refuse) / 100],
      ];
    },
  );
  gauge('holdfast_redis_aof_bytes', 'Append-only files of Redis', [], () =>
    one(ledger.gauge((stats) => stats.redisFiles.aofBytes)),
  );
  gauge(
    'holdfast_redis_aof_rewriting',
    'Redis nodes that rewrite their append-only file now, which takes a core from the sale',
    [],
    () => one(ledger.gauge((stats) => stats.redisFiles.rewriting)),
  );
  gauge('holdfast_stream_events', 'Events in the streams of Redis, written to the ledger or not', [], () =>
    one(ledger.gauge((stats) => stats.streamEvents)),
  );
  gauge(
    'holdfast_durability_ok',
    '1 when Redis has every acknowledged write on disk, 0 when it does not',
    [],
    () => one(sources.durable() ? 1 : 0),
  );
  gauge(
    'holdfast_store_rolled_back',
    '1 while selling is stopped because Redis lost acknowledged writes',
    [],
    () => one(sources.storeRolledBack() ? 1 : 0),
  );
}

function declareLedger({ counter, gauge, histogram }: Declarations, ledger: ReportedLedger): void {
  gauge('holdfast_ledger_leader', '1 when the writer of this engine is the one that writes', [], () =>
    one(ledger.gauge((stats) => (stats.leader ? 1 : 0))),
  );
  gauge('holdfast_ledger_lag_seconds', 'Age of the oldest event that is not in Postgres yet', [], () =>
    one(ledger.gauge((stats) => stats.lagSeconds)),
  );
  gauge('holdfast_ledger_lag_events', 'Events that are not in Postgres yet', [], () =>
    one(ledger.gauge((stats) => stats.lagEvents)),
  );
  counter('holdfast_ledger_rows_total', 'Rows written to Postgres', [], () => one(ledger.counter('rows')));
  counter('holdfast_ledger_transactions_total', 'Transactions, by how they ended', ['result'], () => [
    [{ result: 'committed' }, ledger.counter('committed')],
    [{ result: 'fenced' }, ledger.counter('fenced')],
    [{ result: 'failed' }, ledger.counter('failed')],
  ]);
  histogram('holdfast_ledger_transaction_seconds', 'One ledger transaction', SECONDS_BOUNDS, [], () =>
    single(ledger.histogram('transactionSeconds')),
  );
  counter(
    'holdfast_ledger_quarantined_total',
    'Events Postgres refused, kept aside for a person to look at',
    [],
    () => one(ledger.counter('quarantined')),
  );
  gauge('holdfast_ledger_stopped_partitions', 'Partitions stopped by a gap or a repeat of events', [], () =>
    one(ledger.gauge((stats) => stats.stoppedPartitions)),
  );
  counter('holdfast_ledger_restarts_total', 'Ledger threads that died and were started again', [], () =>
    one(ledger.restarts),
  );
}

function declareAudit({ counter, gauge }: Declarations, ledger: ReportedLedger): void {
  counter('holdfast_audit_rounds_total', 'Rounds of the background audit over all partitions', [], () =>
    one(ledger.counter('auditRounds')),
  );
  counter('holdfast_audit_failures_total', 'Partitions the background audit could not count', [], () =>
    one(ledger.counter('auditFailures')),
  );
  counter('holdfast_audit_repairs_total', 'SKUs of which the background audit withheld units', [], () =>
    one(ledger.counter('auditRepairs')),
  );
  gauge('holdfast_audit_differing_skus', 'SKUs that do not add up and wait for a person', [], () =>
    one(ledger.gauge((stats) => stats.auditDiffering)),
  );
  gauge(
    'holdfast_audit_last_success_timestamp_seconds',
    'When the last round of the background audit ended; 0 before the first',
    [],
    () => one(ledger.gauge((stats) => stats.auditedAt / 1000)),
  );
  gauge('holdfast_audit_round_seconds', 'What the last round took, without its pauses', [], () =>
    one(ledger.gauge((stats) => stats.auditRoundSeconds)),
  );
}

function declareEngine({ gauge }: Declarations, sources: MetricSources): void {
  gauge('holdfast_ready', '1 when /readyz answers 200', [], () => one(sources.readiness().ready ? 1 : 0));
  gauge(
    'holdfast_dependency_up',
    '1 when a dependency works, also when degraded; 0 when down',
    ['dependency'],
    () =>
      Object.entries(sources.readiness().dependencies).map(
        ([dependency, { state }]): Reading => [{ dependency }, state === 'down' ? 0 : 1],
      ),
  );
  gauge(
    'holdfast_dependency_degraded',
    '1 when a dependency works only in part (a node of Redis is down, too few replicas, …); /readyz says what',
    ['dependency'],
    () =>
      Object.entries(sources.readiness().dependencies).map(
        ([dependency, { state }]): Reading => [{ dependency }, state === 'degraded' ? 1 : 0],
      ),
  );
  gauge('holdfast_main_thread_busy_ratio', 'Share of the last moments the main thread was busy', [], () =>
    one(sources.busy()),
  );
  gauge('holdfast_build_info', 'Always 1; the labels tell which build this is', ['version', 'node'], () => [
    [{ version: sources.version, node: process.version }, 1],
  ]);
}

/** What a load generator says of itself. It is another process than the engine, with a registry of its own. */
export function declareLoadMetrics(registry: Registry, load: LoadCounters): void {
  const { counter, gauge, histogram } = declarations(registry);
  gauge('holdfast_load_run_info', 'Always 1; the label tells the scenario', ['scenario'], () => [
    [{ scenario: load.scenario }, 1],
  ]);
  gauge('holdfast_load_target_per_second', 'Requests a second the schedule asks for now', [], () =>
    one(load.targetPerSecond),
  );
  counter('holdfast_load_intended_total', 'Requests whose intended start has come', [], () =>
    one(load.intended),
  );
  counter('holdfast_load_requests_total', 'Requests that ended, by how', ['result'], () =>
    LOAD_RESULTS.map((result): Reading => [{ result }, load.count(result)]),
  );
  gauge('holdfast_load_in_flight', 'Requests sent and not answered yet', [], () => one(load.inFlight));
  histogram(
    'holdfast_load_latency_seconds',
    'From the intended start of a request to its answer, also where it was sent late',
    SECONDS_BOUNDS,
    [],
    () => single(load.latency.snapshot()),
  );
}
