import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { Shop } from '../engine/shop.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';
import { until } from '../support/until.js';
import { Buyers, checkSales } from './buyers.js';

leftovers(t);

const SKUS = Array.from({ length: 24 }, (_, index) => `thing-${index}`);
const PARTITIONS = 16;
const BUYERS = 12;
const ROUND_TRIPS = 2;

t.test('partitions move between nodes and back under load: every answer is true', async (t) => {
  const cluster = await freshCluster(t);
  const operator = new ClusterOperator(t, cluster);
  const databaseUrl = await freshDatabase(t);
  const engine = await startEngineOn(t, {
    REDIS_URL: cluster.nodes[0]!.url,
    DATABASE_URL: databaseUrl,
    PARTITIONS: String(PARTITIONS),
  });
  const shop = new Shop(engine);
  for (const sku of SKUS) await shop.offer(sku, { total: 100_000, holdTtlMs: 3_600_000 });
  const buyers = new Buyers(shop, SKUS);
  buyers.start(BUYERS);
  const moved = [...new Set(SKUS.map((sku) => partitionOf(sku, PARTITIONS)))].slice(0, 6);
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    for (const partition of moved) {
      const home = await operator.nodeOf(partition);
      const away = operator.nodes.find((node) => node !== home)!;
      for (const node of [away, home]) {
        await operator.move(partition, node);
        const before = buyers.purchases.length;
        await until(() => buyers.purchases.length > before + BUYERS, { what: 'sales after the move' });
      }
    }
  }
  await buyers.stop();
  t.comment(`${ROUND_TRIPS * moved.length * 2} moves, answers: ${JSON.stringify([...buyers.answers])}`);
  t.ok(buyers.countOf('confirmed') > 0 && buyers.countOf('released') > 0 && buyers.countOf('held') > 0);
  t.equal(buyers.countOf('unknown'), 0);
  t.notOk(buyers.answers.has('store_rolled_back'));
  await checkSales(t, shop, buyers, databaseUrl);
});

t.test('one of three primaries dies: the others sell on; after its restart all is there', async (t) => {
  const cluster = await freshCluster(t);
  const operator = new ClusterOperator(t, cluster);
  const databaseUrl = await freshDatabase(t);
  const engine = await startEngineOn(t, { REDIS_URL: cluster.url, DATABASE_URL: databaseUrl });
  const shop = new Shop(engine);
  for (const sku of SKUS) await shop.offer(sku, { total: 100_000, holdTtlMs: 3_600_000 });
  const victim = cluster.nodes[1]!;
  const isHit = new Map<string, boolean>();
  for (const sku of SKUS) {
    isHit.set(sku, (await operator.nodeOf(partitionOf(sku, PARTITIONS))) === victim);
  }
  const spared = new Buyers(
    shop,
    SKUS.filter((sku) => isHit.get(sku) === false),
  );
  const all = new Buyers(shop, SKUS);
  spared.start(4);
  all.start(8);
  await until(() => all.countOf('confirmed') > 20);
  await victim.kill('SIGKILL');
  const down = SKUS.find((sku) => isHit.get(sku))!;
  await until(async () => (await shop.hold(down, 'ada', 1, 'while-it-is-down')).body.code === 'unavailable');
  const ready = await until(async () => {
    const { status, body } = await shop.operate('GET', '/readyz');
    const { redis } = body.dependencies as Record<string, { state: string; detail?: string }>;
    return redis?.state === 'degraded' ? { status, detail: redis.detail } : undefined;
  });
  t.match(
    ready,
    { status: 200, detail: new RegExp(`127.0.0.1:${victim.port} is down`) },
    'it says which node',
  );
  const soldBefore = spared.countOf('confirmed');
  await until(() => spared.countOf('confirmed') > soldBefore + 20, { what: 'the other nodes to sell on' });
  t.notOk(
    ['unavailable', 'outcome_unknown', 'overloaded'].some((word) => spared.answers.has(word)),
    `the others notice nothing: ${JSON.stringify([...spared.answers])}`,
  );
  await victim.restart();
  await until(async () => (await shop.hold(down, 'ada', 1, 'it-is-back-again')).status === 201);
  await Promise.all([spared.stop(), all.stop()]);
  t.comment(`answers of those who met the dead node: ${JSON.stringify([...all.answers])}`);
  const everybody = new Buyers(shop, SKUS);
  everybody.purchases.push(...spared.purchases, ...all.purchases);
  const extra = await shop.hold(down, 'ada', 1, 'it-is-back-again');
  everybody.purchases.push({
    ...{ sku: down, key: '', buyerId: 'ada', holdId: String(extra.body.holdId), state: 'held' },
  });
  await checkSales(t, shop, everybody, databaseUrl);
});
