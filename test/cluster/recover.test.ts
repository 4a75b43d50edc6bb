import { rmSync } from 'node:fs';
import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { exitOf } from '../../src/services/processes.js';
import { Shop } from '../engine/shop.js';
import { held, refused, runRecover, stopLedger } from '../recovery/stage.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';

leftovers(t);

const SKUS = Array.from({ length: 12 }, (_, index) => `thing-${index}`);
const PARTITIONS = 16;
const [TOTAL, QUANTITY] = [50, 3];

t.test('one of three primaries comes back empty: only what it alone had is uncertain', async (t) => {
  const cluster = await freshCluster(t);
  const operator = new ClusterOperator(t, cluster);
  const stores = { REDIS_URL: cluster.url, DATABASE_URL: await freshDatabase(t) };
  const first = await startEngineOn(t, stores);
  const opening = new Shop(first);
  for (const sku of SKUS) await opening.offer(sku, { total: TOTAL, holdTtlMs: 600_000 });
  await first.stop();

  const letLedgerGo = await stopLedger(t, { stores });
  const engine = await startEngineOn(t, stores);
  const shop = new Shop(engine);
  const holds = new Map<string, string>();
  for (const sku of SKUS) holds.set(sku, await held(shop.hold(sku, 'ada', QUANTITY, `key-of-${sku}`)));
  const victim = cluster.nodes[1]!;
  const lost: string[] = [];
  for (const sku of SKUS)
    if ((await operator.nodeOf(partitionOf(sku, PARTITIONS))) === victim) lost.push(sku);
  t.ok(lost.length > 0 && lost.length < SKUS.length, `${lost.length} of ${SKUS.length} SKUs were there`);
  await victim.kill('SIGKILL');
  rmSync(`${victim.directory}/appendonlydir`, { recursive: true });
  await victim.restart();
  await refused(shop, lost[0]!);

  const { code, report, stderr } = await runRecover(t, { stores });
  t.equal(code, 0, stderr);
  t.equal(report?.evidence, 'witnessed');
  const withheld = report?.affectedSkus.filter((sku) => sku.withheld > 0) ?? [];
  t.same(
    withheld.map(({ sku, withheld }) => [sku, withheld]).sort(),
    lost.map((sku) => [sku, QUANTITY]).sort(),
    'what was held there and nowhere written',
  );
  t.equal((await exitOf(engine.process)).code, 1, 'the engine of the old epoch has ended');
  await letLedgerGo();

  const after = new Shop(await startEngineOn(t, stores));
  for (const sku of SKUS) {
    const isLost = lost.includes(sku);
    t.match(
      await after.shop('GET', `/v1/holds/${holds.get(sku)}`),
      isLost ? { status: 409, body: { code: 'hold_expired' } } : { status: 200, body: { state: 'held' } },
      `the hold of ${sku}`,
    );
    const counters = isLost ? { held: 0, reserved: QUANTITY } : { held: QUANTITY, reserved: 0 };
    t.match(await after.sku(sku), { state: 'paused', available: TOTAL - QUANTITY, ...counters });
    t.match(await after.audit(sku), { differences: [] });
  }
});
