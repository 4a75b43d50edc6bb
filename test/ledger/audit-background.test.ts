import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { LedgerUnavailable } from '../../src/domain/ports.js';
import { SharedState } from '../../src/domain/shared-state.js';
import { BackgroundAudit } from '../../src/ledger/background-audit.js';
import { ManualClock } from '../actors/manual-clock.js';
import { concurrently, Shop } from '../engine/shop.js';
import { damageCounters } from '../support/damage.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { parseMetrics, sampleValue } from '../support/prometheus.js';
import { freshRedis, inspect } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);
t.setTimeout(110_000);

t.test('an engine that sells takes off the sale what is not there, and says so', async (t) => {
  const redis = await freshRedis(t);
  const stores = { REDIS_URL: redis.url, DATABASE_URL: await freshDatabase(t), PARTITIONS: '2' };
  const engine = await startEngine(t, { ...stores, AUDIT_INTERVAL_MS: '400' });
  const shop = new Shop(engine);
  const [total, taken] = [100_000, 37];
  await shop.offer('phone', { total });
  await shop.offer('case', { total });
  let selling = true;
  const sale = concurrently(6, 6, async (buyer) => {
    for (let round = 0; selling; round += 1) {
      const sku = round % 2 === 0 ? 'phone' : 'case';
      await shop.hold(sku, `buyer-${buyer}`, 1, `sale-${buyer}-${round}`);
    }
  });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${engine.operationsUrl}/metrics`)).text();
    return sampleValue(parseMetrics(text), name) ?? 0;
  };
  const waiting = { timeoutMs: 40_000, pollMs: 200 };
  await until(async () => (await metric('holdfast_audit_rounds_total')) > 0, waiting);
  await damageCounters(inspect(t, redis), partitionOf('phone', 2), 'phone', {
    available: taken,
    held: -taken,
  });
  await damageCounters(inspect(t, redis), partitionOf('case', 2), 'case', { available: -taken, held: taken });
  await until(async () => (await metric('holdfast_audit_repairs_total')) > 0, waiting);
  await until(async () => (await metric('holdfast_audit_differing_skus')) > 0, waiting);
  selling = false;
  await sale;
  t.match(await shop.audit('phone'), { conserved: true, differences: [] });
  t.match(await shop.audit('case'), { conserved: false, remedy: 'give_back' }, 'never by itself');
  t.equal(await metric('holdfast_audit_repairs_total'), 1, 'once');
  const ready = (await shop.operate('GET', '/readyz')).body as { ready: boolean; dependencies: object };
  t.match(ready, { ready: true, dependencies: { audit: { state: 'degraded', detail: /^1 SKUs do not/ } } });
  t.match(engine.logs(), /withheld it.*\n/);
  t.match(engine.logs(), /give_back 1/);
  t.notMatch(engine.logs(), /phone/, 'no SKU in the log');
});

t.test(
  'one partition after another, only by the leader, and not while the buying path is busy',
  async (t) => {
    const shared = new SharedState(2);
    const clock = new ManualClock();
    const audited: string[] = [];
    let leads = false;
    const background = new BackgroundAudit(
      { partitions: 2, intervalMs: 10_000 },
      {
        auditor: {
          async guardPartition(partition, { thorough }) {
            audited.push(`${partition} ${thorough ? 'whole' : 'since'}`);
            return [];
          },
        },
        ...{ clock, shared, leads: () => leads, alarm: () => t.fail('nothing differs') },
      },
    );
    const ended = background.run();
    await clock.advance(30_000);
    t.same(audited, [], 'another engine leads');
    leads = true;
    await clock.advance(20_000);
    t.same(audited, ['0 whole', '1 whole', '0 since', '1 since']);
    t.match(background.stats(), { auditRounds: 2, auditedAt: clock.now() });
    shared.pressure = 1000;
    await clock.advance(9_000);
    t.equal(audited.length, 4, 'busy');
    await clock.advance(7_000);
    t.equal(audited.length, 5, 'but not for longer than a round');
    background.close();
    await clock.advance(10_000);
    await ended;
  },
);

t.test('what cannot be counted is counted as such; 0 is never', async (t) => {
  const clock = new ManualClock();
  let isAway = true;
  const auditor = {
    async guardPartition() {
      if (isAway) throw new LedgerUnavailable('Postgres is away');
      return [];
    },
  };
  const ports = { auditor, clock, shared: new SharedState(1), leads: () => true, alarm: () => undefined };
  const background = new BackgroundAudit({ partitions: 1, intervalMs: 1000 }, ports);
  void background.run();
  await clock.advance(3000);
  t.match(background.stats(), { auditRounds: 0, auditFailures: 3, auditUncounted: 1, auditedAt: 0 });
  isAway = false;
  await clock.advance(1000);
  t.match(background.stats(), { auditRounds: 1, auditFailures: 3, auditUncounted: 0 }, 'and well again');
  background.close();
  await new BackgroundAudit({ partitions: 1, intervalMs: 0 }, ports).run();
});
