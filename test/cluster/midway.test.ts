import t, { type Test } from 'tap';
import type { StockCall } from '../../src/domain/stock-call.js';
import { encodeEvent } from '../../src/events/codec.js';
import { digestOfStored } from '../../src/events/digest.js';
import { RedisEventSource, readEvents } from '../../src/events/reader.js';
import { decodeStoredEvent } from '../../src/events/stored-event.js';
import { brokenContinuities } from '../../src/ledger/continuity.js';
import { recountPartition } from '../../src/ledger/recount.js';
import { callAll } from '../../src/recovery/stock.js';
import type { RunningRedis } from '../../src/services/redis.js';
import { keysOf } from '../../src/stock/encode.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { systemClock } from '../../src/system-clock.js';
import { leftovers } from '../support/leftovers.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';

leftovers(t);

const PARTITION = 0;
/** Several pages of holds and buyers. */
const MANY = 2000;
const scope = { partition: PARTITION, epoch: 1, seqSeen: 0 };
const late = { notAfter: 10_000_000_000_000, actor: 'request|key|10.0.0.1' };
const definition = { sku: 'phone', total: 10, reserved: 0, buyerLimit: 5, holdTtlMs: 60_000 };
const define: StockCall = {
  ...scope,
  operation: 'define',
  definition: { ...definition, opensAt: 1, closesAt: 0 },
  ...late,
};
const adjust: StockCall = {
  ...scope,
  ...{ operation: 'adjust', sku: 'phone', adjustmentId: 'more', delta: 1, reason: 'found' },
  ...late,
};
const hold: StockCall = {
  ...scope,
  operation: 'hold',
  items: [{ holdId: `AA${'h'.repeat(26)}`, sku: 'phone', buyerId: 'ada', quantity: 2, ...late }],
};

interface Midway {
  readonly store: RedisStockStore;
  readonly operator: ClusterOperator;
  readonly from: RunningRedis;
  readonly to: RunningRedis;
}

/** A partition with two events, and a node that is to take it over. */
async function begin(t: Test): Promise<Midway> {
  const cluster = await freshCluster(t);
  const operator = new ClusterOperator(t, cluster);
  const store = new RedisStockStore({ url: cluster.url, timeoutMs: 2000, adjustmentRetentionMs: 60_000 });
  t.teardown(() => store.close());
  await store.open();
  await store.initialise({ epoch: 1, partitions: 1, mayCreate: true });
  await store.execute([define, hold]);
  const from = await operator.nodeOf(PARTITION);
  const to = operator.nodes.find((node) => node !== from)!;
  return { store, operator, from, to };
}

t.test('events of a partition on its way are read where they are', async (t) => {
  const { store, operator, from, to } = await begin(t);
  const seqs = async (): Promise<readonly number[]> =>
    (await readEvents(store.nodes, PARTITION, 0, 10)).map(({ seq }) => seq);
  await operator.beginMove(PARTITION, from, to);
  t.same(await seqs(), [1, 2], 'still at the old node');
  await operator.carry(from, to, PARTITION);
  t.same(await seqs(), [1, 2], 'at the new one, whose they are not yet');
  const source = new RedisEventSource(store.nodes);
  const requests = [{ partition: PARTITION, afterSeq: 0, limit: 10 }];
  t.equal((await source.readWhatAnswers(requests))[0]?.length, 2, 'also where silence would be accepted');
  await operator.endMove(PARTITION, to);
  t.same(await seqs(), [1, 2]);
});

t.test('a store that was written anew is found out also while its partition is on its way', async (t) => {
  const { store, operator, from, to } = await begin(t);
  const newest = (await readEvents(store.nodes, PARTITION, 1, 1))[0]!;
  const digestAt = (at: number): Buffer => digestOfStored(decodeStoredEvent(encodeEvent({ ...newest, at })));
  const broken = (at: number): Promise<readonly unknown[]> =>
    brokenContinuities(new RedisEventSource(store.nodes), [
      { partition: PARTITION, seq: 2, digest: digestAt(at) },
    ]);
  await operator.beginMove(PARTITION, from, to);
  await operator.carry(from, to, PARTITION);
  t.same(await broken(newest.at), []);
  t.same(await broken(newest.at - 1), [{ partition: PARTITION, seq: 2 }]);
});

t.test(
  'an engine starts with a partition whose keys are all at the new node, and says when they are not',
  async (t) => {
    const { store, operator, from, to } = await begin(t);
    const request = { epoch: 1, partitions: 1, mayCreate: false };
    t.match(await store.execute([adjust]), [{ kind: 'reply', seq: 3 }], 'now it has all eight keys');
    await operator.beginMove(PARTITION, from, to);
    const [first, ...others] = keysOf(PARTITION);
    await operator.carry(from, to, PARTITION, [first!]);
    await t.rejects(store.initialise(request), {
      name: 'StillMoving',
      message: /Partition 0 is half on its way .*TRYAGAIN.* end the migration of slot \d+ /,
    });
    await operator.carry(from, to, PARTITION, others);
    t.match(await store.initialise(request), [{ kind: 'present', seq: 3 }]);
  },
);

t.test('a recount and the steps of a recovery wait for a partition on its way', async (t) => {
  const { store, operator, from, to } = await begin(t);
  const ports = { store, source: new RedisEventSource(store.nodes), epoch: 1, clock: systemClock };
  await operator.beginMove(PARTITION, from, to);
  // Not all of its keys are there yet: what lacks one anywhere is told to try again.
  t.match(await store.execute([{ ...scope, operation: 'head' }]), [{ kind: 'not_sent', passing: true }]);
  const counting = recountPartition(ports, PARTITION);
  const calling = callAll(store, [{ ...scope, operation: 'head' }]);
  await operator.carry(from, to, PARTITION);
  await operator.endMove(PARTITION, to);
  const count = await counting;
  t.match([count.seq, count.held.get('phone'), count.views.get('phone')?.available], [2, 2, 8]);
  t.match(await calling, [{ kind: 'reply', seq: 2 }]);
});

t.test(
  'a recount that the partition moves away from in its middle begins anew, and leaves nothing out',
  async (t) => {
    const { store, operator, from, to } = await begin(t);
    const ports = { store, source: new RedisEventSource(store.nodes), epoch: 1, clock: systemClock };
    for (let first = 0; first < MANY; first += 500) {
      const items = Array.from({ length: 500 }, (_, index) => ({
        ...{ holdId: `AB${String(first + index).padStart(26, 'h')}`, sku: 'many', quantity: 1, ...late },
        buyerId: `buyer-${first + index}`,
      }));
      const more = { ...definition, sku: 'many', total: MANY, opensAt: 1, closesAt: 0 };
      await callAll(store, [{ ...scope, operation: 'define', definition: more, ...late }]);
      await callAll(store, [{ ...scope, operation: 'hold', items }]);
    }
    const ways = [to, from, to, from];
    const moveOn = async (): Promise<void> => {
      const next = ways.shift();
      if (next !== undefined) await operator.move(PARTITION, next);
    };
    const count = await recountPartition(ports, PARTITION, moveOn);
    t.same(ways, [], 'it moved between the pages');
    t.match([count.held.get('many'), count.buyers.get('many')], [MANY, MANY]);
    t.equal(count.views.get('many')?.held, MANY);
    t.equal(count.undated.get('many') ?? 0, 0, 'each has its deadline');
  },
);
