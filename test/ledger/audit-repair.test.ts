import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { decodeEvent } from '../../src/events/codec.js';
import type { AuditedSku } from '../../src/ledger/audit.js';
import { damageCounters } from '../support/damage.js';
import { leftovers } from '../support/leftovers.js';
import { actor, never, openShop, PARTITIONS, type Shop } from './audit-shop.js';

leftovers(t);

const thorough = { thorough: true };

async function guarded(shop: Shop, sku: string, how = thorough): Promise<AuditedSku> {
  const audited = await shop.auditor.guardPartition(partitionOf(sku, PARTITIONS), how);
  return audited.find(({ report }) => report.sku === sku)!;
}

/** Sells and releases a few hundred times a second until told to stop: all of it has to go through this one thread. */
function keepSelling(shop: Shop, sku: string): { stop(): Promise<void> } {
  let selling = true;
  const sale = (async () => {
    while (selling) {
      await delay(2);
      const holds = await shop.hold(sku, 4);
      const items = holds.slice(0, 3).map((holdId) => ({ holdId, notAfter: never, actor }));
      if (items.length > 0) await shop.call(sku, { operation: 'release', items });
    }
  })();
  return {
    stop: async () => {
      selling = false;
      await sale;
    },
  };
}

t.test('too much on sale is withheld while the sale goes on', async (t) => {
  const shop = await openShop(t);
  await shop.define('phone', 100_000, 10);
  await shop.hold('phone', 50);
  for (const by of [
    { available: 7, held: -7 },
    { total: 9, available: 9 },
    { available: 5, reserved: -5 },
  ]) {
    const sale = keepSelling(shop, 'phone');
    await damageCounters(shop.redis, partitionOf('phone', PARTITIONS), 'phone', by);
    const { report, repair } = await guarded(shop, 'phone');
    await sale.stop();
    t.match(report, { conserved: false, remedy: 'withhold' });
    t.match(repair, { kind: 'repaired' });
    const after = await shop.auditor.auditSku('phone');
    t.match(after, { conserved: true, differences: [], counters: { total: 100_000, reserved: 10 } });
  }
  const { rows } = await shop.pool.query(
    `SELECT kind, cause, units, request_id FROM holdfast.history WHERE kind = 'repaired' ORDER BY seq`,
  );
  const repaired = (units: number) => ({ kind: 'repaired', cause: 'repair', units, request_id: null });
  t.same(rows, [repaired(-7), repaired(-9), repaired(-5)]);
});

t.test('a record that does not add up stops its SKU, and is put right', async (t) => {
  const shop = await openShop(t);
  await shop.define('phone', 100);
  await shop.hold('phone', 4);
  await damageCounters(shop.redis, partitionOf('phone', PARTITIONS), 'phone', { available: 3 });
  await t.rejects(shop.hold('phone', 1), /would not be conserved/);
  t.match(await guarded(shop, 'phone'), { report: { remedy: 'withhold' }, repair: { kind: 'repaired' } });
  t.equal((await shop.hold('phone', 1)).length, 1);
  t.match(await shop.auditor.auditSku('phone'), { conserved: true });
});

t.test('too little on sale is given back on a person’s word, and only while nothing happens', async (t) => {
  const shop = await openShop(t);
  const partition = partitionOf('phone', PARTITIONS);
  await shop.define('phone', 100_000);
  await shop.hold('phone', 50);
  await damageCounters(shop.redis, partition, 'phone', { available: -7, held: 7 });
  const { report, repair } = await guarded(shop, 'phone');
  t.match(report, { conserved: false, remedy: 'give_back' });
  t.equal(repair, undefined, 'never by itself');
  shop.afterRecount = () => shop.hold('phone', 1);
  const refused = await shop.auditor.repairSku('phone', actor);
  shop.afterRecount = () => Promise.resolve();
  t.match(refused, { repaired: false, detail: /changed between the two recounts, 5 times: pause/ });
  const given = await shop.auditor.repairSku('phone', actor);
  t.match(given, { repaired: true, before: { remedy: 'give_back' }, audit: { conserved: true } });
  const [entries = []] = await shop.source.read([{ partition, afterSeq: given!.audit.seq - 1, limit: 1 }]);
  t.match(decodeEvent(entries[0]!.bytes).changes, [{ kind: 'repaired', delta: 7, actor }]);
  t.match(await shop.auditor.repairSku('phone', actor), { repaired: false, detail: /nothing to repair/ });
  t.equal(await shop.auditor.repairSku('nothing', actor), undefined);
});

t.test('more was promised than there is: nothing more is sold, the rest is a person’s', async (t) => {
  const shop = await openShop(t);
  const partition = partitionOf('phone', PARTITIONS);
  await shop.define('phone', 10);
  await damageCounters(shop.redis, partition, 'phone', { total: 20, available: 20 });
  await shop.hold('phone', 10);
  t.match(await guarded(shop, 'phone'), { report: { remedy: 'withhold' }, repair: { kind: 'repaired' } });
  t.equal((await shop.hold('phone', 1)).length, 0, 'nothing is left to sell');
  t.match(await guarded(shop, 'phone'), { report: { remedy: 'by_hand', counters: { available: 0 } } });
});

t.test('what the sources disagree about is named and left alone', async (t) => {
  const shop = await openShop(t);
  const { redis, pool } = shop;
  const keyOf = (sku: string, name: string): string => `{p${partitionOf(sku, PARTITIONS)}}:${name}`;
  const damages = {
    'hold-gone': {
      do: (sku: string, holdId: string) => redis.hdel(keyOf(sku, 'holds'), holdId),
      named: /the live holds add up to/,
    },
    'buyer-gone': {
      do: (sku: string) => redis.hdel(keyOf(sku, 'buyers'), `${sku}|buyer-0`),
      named: /the buyers' records add up to/,
    },
    'deadlines-gone': {
      do: (sku: string) => redis.del(keyOf(sku, 'deadlines')),
      named: /6 live holds have no entry among the deadlines/,
    },
    'ledger-changed': {
      do: (_sku: string, holdId: string) =>
        pool.query('UPDATE holdfast.history SET units = units + 5 WHERE hold_id = $1', [holdId]),
      named: /the ledger's history adds up to/,
    },
  };
  for (const [sku, damage] of Object.entries(damages)) {
    await shop.define(sku, 100);
    const holds = await shop.hold(sku, 6);
    t.ok(await shop.flush());
    await damage.do(sku, holds[0]!);
    const { report, repair } = await guarded(shop, sku);
    t.match(report.differences.join('\n'), damage.named, sku);
    t.equal(report.remedy, 'by_hand', sku);
    t.equal(repair, undefined, sku);
    t.match(await shop.auditor.repairSku(sku, actor), { repaired: false, detail: /a person/ }, sku);
  }
});

t.test('sums begin where the last clean audit was, and now and then at the beginning', async (t) => {
  const shop = await openShop(t);
  await shop.define('phone', 1000);
  const [holdId] = await shop.hold('phone', 20);
  t.match(await guarded(shop, 'phone'), { report: { conserved: true } });
  const { rows } = await shop.pool.query(
    'SELECT sku, total, held, sold, reserved FROM holdfast.audit_checkpoints',
  );
  t.same(rows, [{ sku: 'phone', total: 1000, held: 30, sold: 0, reserved: 0 }]);
  await shop.hold('phone', 20);
  t.match(await guarded(shop, 'phone', { thorough: false }), { report: { conserved: true } });
  await shop.pool.query('UPDATE holdfast.history SET units = units + 1 WHERE hold_id = $1', [holdId]);
  t.match(
    await guarded(shop, 'phone', { thorough: false }),
    { report: { conserved: true } },
    'not looked at',
  );
  t.match(await guarded(shop, 'phone'), { report: { conserved: false, remedy: 'by_hand' } });
  t.match(await shop.auditor.auditSku('phone'), { conserved: false }, 'who asks gets the whole sum');
});
