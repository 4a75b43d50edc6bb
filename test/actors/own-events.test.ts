import t from 'tap';
import { OwnEvents } from '../../src/actors/own-events.js';
import type { StockEvent } from '../../src/domain/event.js';
import { SharedState, StopReason } from '../../src/domain/shared-state.js';
import type { SkuView } from '../../src/domain/sku.js';
import type { StockCallResult, StockReply } from '../../src/domain/stock-call.js';

const LOST: StockCallResult = { kind: 'lost', reason: 'test' };

function made(seq: number, now: number, available = 5): StockReply {
  const nothing = { results: [], nextDue: 0, more: false, cursor: '0', holds: [], oldestSeq: 0 };
  return {
    kind: 'reply',
    seq,
    changed: true,
    now,
    skus: [skuWith('looked-at', 9), skuWith('a', available)],
    ...nothing,
  };
}

function eventAt(seq: number, at: number, available = 5): StockEvent {
  return { epoch: 1, partition: 0, seq, at, skus: [skuWith('a', available)], changes: [] };
}

function skuWith(sku: string, available: number): SkuView {
  const rules = { buyerLimit: 0, holdTtlMs: 1000, opensAt: 0, closesAt: 0 };
  return { sku, state: 'open', total: 10, available, held: 10 - available, sold: 0, reserved: 0, ...rules };
}

/** Whether the engine stops when its event 7, made at 1000, is looked for in `stream` after `doubt`. */
async function stops(stream: readonly StockEvent[] | Error, doubt: StockCallResult = LOST): Promise<boolean> {
  const shared = new SharedState(1);
  const own = new OwnEvents(
    {
      read: async (_partition, afterSeq, limit) => {
        if (stream instanceof Error) throw stream;
        return stream.filter(({ seq }) => seq > afterSeq).slice(0, limit);
      },
    },
    shared,
    {},
  );
  own.observe(0, made(7, 1000));
  own.observe(0, doubt);
  // What it makes afterwards is of the store as it then is, and says nothing of what was there.
  if (doubt === LOST) own.observe(0, made(8, 1300));
  await own.check();
  return shared.hasStop(StopReason.StoreRolledBack);
}

t.test('what this shard made is looked for after the connection was in doubt', async (t) => {
  t.equal(await stops([eventAt(7, 1000), eventAt(8, 1001)]), false, 'it is there');
  t.equal(await stops([eventAt(7, 1200), eventAt(8, 1300)]), true, 'another one is in its place');
  t.equal(await stops([eventAt(7, 1000, 4)]), true, 'another one, though time stood still');
  t.equal(await stops([eventAt(9, 1500)]), false, 'trimmed: the ledger has it');
  t.equal(await stops([]), false, 'the store is behind: its seq tells');
  t.equal(await stops(new Error('down')), false);
  t.equal(await stops([eventAt(7, 1200)], made(7, 1200)), false, 'nothing was in doubt');
});

t.test('one look at a time, however long the store takes to answer', async (t) => {
  let reads = 0;
  const answers: ((events: readonly StockEvent[]) => void)[] = [];
  const read = (): Promise<readonly StockEvent[]> => {
    reads += 1;
    return new Promise((resolve) => answers.push(resolve));
  };
  const own = new OwnEvents({ read }, new SharedState(1), {});
  own.observe(0, made(7, 1000));
  own.observe(0, LOST);
  const looks = [own.check(), own.check(), own.check()];
  t.equal(reads, 1);
  for (const answer of answers) answer([]);
  await Promise.all(looks);
  void own.check();
  t.equal(reads, 2, 'and again once it was answered');
});

t.test('an event made after a doubt that nobody has looked into yet comes into doubt itself', async (t) => {
  const shared = new SharedState(1);
  let stream: readonly StockEvent[] | Error = new Error('down');
  const read = async (_partition: number, afterSeq: number): Promise<readonly StockEvent[]> => {
    if (stream instanceof Error) throw stream;
    return stream.filter(({ seq }) => seq > afterSeq);
  };
  const own = new OwnEvents({ read }, shared, {});
  own.observe(0, made(7, 1000));
  own.observe(0, LOST);
  own.observe(0, made(8, 1100));
  // The store goes back to seq 7, and another engine writes it on.
  own.observe(0, LOST);
  await own.check();
  t.notOk(shared.hasStop(StopReason.StoreRolledBack), 'nothing can be read');
  stream = [eventAt(7, 1000), eventAt(8, 1200)];
  await own.check();
  t.ok(shared.hasStop(StopReason.StoreRolledBack));
});

t.test('a doubt is looked into again when it is raised while an older answer is on its way', async (t) => {
  const shared = new SharedState(1);
  const answers: ((events: readonly StockEvent[]) => void)[] = [];
  const own = new OwnEvents({ read: () => new Promise((resolve) => answers.push(resolve)) }, shared, {});
  own.observe(0, made(7, 1000));
  own.observe(0, LOST);
  const before = own.check();
  own.observe(0, LOST);
  answers.shift()!([eventAt(7, 1000)]);
  await before;
  const after = own.check();
  answers.shift()!([eventAt(7, 1200)]);
  await after;
  t.ok(shared.hasStop(StopReason.StoreRolledBack));
});

t.test('a connection that came back between two calls puts what was made before into doubt', async (t) => {
  const shared = new SharedState(1);
  const store = { timesReady: 1 };
  const stream = [eventAt(7, 1200), eventAt(8, 1300)];
  const read = async (_partition: number, afterSeq: number): Promise<readonly StockEvent[]> =>
    stream.filter(({ seq }) => seq > afterSeq);
  const own = new OwnEvents({ read }, shared, store);
  own.observe(0, made(7, 1000));
  await own.check();
  t.notOk(shared.hasStop(StopReason.StoreRolledBack), 'nothing was in doubt');
  store.timesReady += 1;
  own.observe(0, made(8, 1300));
  await own.check();
  t.ok(shared.hasStop(StopReason.StoreRolledBack));
});
