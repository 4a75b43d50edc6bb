import t, { type Test } from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { damageCounters } from '../support/damage.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { parseMetrics } from '../support/prometheus.js';
import { inspect, singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { allExpressions, selectorsOf } from './expressions.js';
import {
  promtool,
  type RunningPrometheus,
  startPrometheus,
  WITHOUT_PROMETHEUS,
} from './prometheus-server.js';
import { SaleLoad } from './sale-load.js';

leftovers(t);

const SKUS = 10_000;
const PARTITIONS = 16;
const SERIES_MAX = 2000;
/** A round of the audit must end, holds must run out and Prometheus must see all of it twice. */
const PATIENCE_MS = 90_000;

/** Of these texts, the ones to which Prometheus has no number. */
async function unanswered(
  prometheus: RunningPrometheus,
  texts: Iterable<string>,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const text of texts) {
    const samples = await prometheus.query(text);
    if (!samples.some(({ value }) => !Number.isNaN(value))) missing.push(text);
  }
  return missing;
}

/** Waits until all have been answered once; what never was fails the test, with the places it stands in. */
async function allAnswer(
  t: Test,
  prometheus: RunningPrometheus,
  places: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  let left: readonly string[] = [...places.keys()];
  await until(
    async () => {
      left = await unanswered(prometheus, left);
      return left.length === 0;
    },
    { timeoutMs: PATIENCE_MS, pollMs: 1000 },
  ).catch(() => undefined);
  for (const text of left) t.fail(`no data: ${text}`, { places: places.get(text) });
  t.ok(places.size > 100, `${places.size} were asked`);
}

function placesBy(entries: Iterable<readonly [text: string, where: string]>): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [text, where] of entries) places.set(text, [...(places.get(text) ?? []), where]);
  return places;
}

t.test('a real Prometheus over a real engine in a sale', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const redis = await singleRedis(t, 'expressions are asked, not partitions moved');
  const engine = await startEngineOn(t, {
    REDIS_URL: redis.engineUrl,
    REDIS_ADMIN_URL: redis.adminUrl,
    PARTITIONS: String(PARTITIONS),
    AUDIT_INTERVAL_MS: '4000',
  });
  const load = new SaleLoad(engine);
  await load.prepare(SKUS);
  const loadUrl = await load.serveMetrics(t);
  const prometheus = await startPrometheus(t, {
    targets: { holdfast: engine.operationsUrl, 'holdfast-load': loadUrl },
  });
  load.start(t);

  await t.test('every expression of every panel and rule answers with data', async (t) => {
    const expressions = allExpressions();
    await allAnswer(t, prometheus, placesBy(expressions.map(({ where, text }) => [text, where] as const)));
  });

  await t.test('everything they select exists, each alternative by itself', async (t) => {
    const selectors = allExpressions().flatMap(({ where, text }) =>
      selectorsOf(text).map((selector) => [selector, where] as const),
    );
    await allAnswer(t, prometheus, placesBy(selectors));
  });

  await t.test('promtool finds nothing to say about the metrics; their number is bounded', async (t) => {
    for (const url of [engine.operationsUrl, loadUrl]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const { ok, output } = promtool(['check', 'metrics'], text);
      t.ok(ok, output);
      const families = [...parseMetrics(text).values()];
      const series = families.reduce((sum, { samples }) => sum + samples.length, 0);
      t.ok(series < SERIES_MAX, `${series} series with ${SKUS} SKUs`);
      t.comment(`${series} series`);
    }
    const [skus] = await prometheus.query('sum(holdfast_skus)');
    t.ok((skus?.value ?? 0) >= SKUS, `${skus?.value} SKUs were there`);
    const [seen] = await prometheus.query('count({job="holdfast"})');
    t.ok((seen?.value ?? SERIES_MAX) < SERIES_MAX, `${seen?.value} series in Prometheus`);
  });

  await t.test('a sale in which nothing is wrong raises no alert about a broken promise', async (t) => {
    t.same(
      await prometheus.query(
        'ALERTS{alertname=~"Holdfast(Oversold|Audit|StoreRolledBack|Durability|Ledger|NotSelling|EngineDown).*"}',
      ),
      [],
    );
    const answered =
      'sum(holdfast_load_requests_total{result!="unsent"}) / sum(holdfast_load_intended_total) > 0.9';
    t.ok(await until(async () => (await prometheus.query(answered))[0], { what: 'the load answered' }));
  });

  await t.test('a unit too many, and an engine that is gone, are known within seconds', async (t) => {
    const fired = async (alert: string) =>
      (await prometheus.query(`max_over_time(ALERTS{alertname="${alert}",alertstate="firing"}[1m])`))[0];
    const fires = (alert: string) => until(() => fired(alert), { timeoutMs: 40_000, what: `${alert} fires` });
    const inspector = inspect(t, redis);
    // This audit comes every four seconds and puts it right, perhaps before anybody saw it: then once more.
    const oversold = await until(
      async () => {
        await damageCounters(inspector, partitionOf('long', PARTITIONS), 'long', { available: 5 });
        return await fired('HoldfastOversold');
      },
      { timeoutMs: 40_000, pollMs: 1500, what: 'an oversell known' },
    );
    t.equal(oversold.metric.severity, 'page');
    t.ok(await fires('HoldfastAuditWithheld'), 'and the audit puts it right');
    load.stop();
    engine.process.kill('SIGKILL');
    t.equal((await fires('HoldfastEngineDown')).metric.severity, 'page');
    t.equal(
      (await fires('HoldfastNotSelling')).metric.severity,
      'page',
      'also where nobody is left to say so',
    );
  });
});
