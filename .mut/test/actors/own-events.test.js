import assert from 'node:assert/strict';
import t from 'tap';
import { OwnEvents } from '../../src/actors/own-events.js';
import { SharedState, StopReason } from '../../src/domain/shared-state.js';
const LOST = { kind: 'lost', reason: 'test' };
function made(seq, now, available = 5) {
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
function eventAt(seq, at, available = 5) {
    return { epoch: 1, partition: 0, seq, at, skus: [skuWith('a', available)], changes: [] };
}
function skuWith(sku, available) {
    const rules = { buyerLimit: 0, holdTtlMs: 1000, opensAt: 0, closesAt: 0 };
    return { sku, state: 'open', total: 10, available, held: 10 - available, sold: 0, reserved: 0, ...rules };
}
/** What is said when the engine's event 7, made at 1000, is looked for twice in `stream` after `doubt`. */
async function look(stream, doubt = LOST) {
    const shared = new SharedState(1);
    const lost = [];
    const read = async (_partition, afterSeq, limit) => {
        if (stream instanceof Error)
            throw stream;
        return stream.filter(({ seq }) => seq > afterSeq).slice(0, limit);
    };
    const own = new OwnEvents({
        events: { read },
        shared,
        store: {},
        lost: ({ seq }) => {
            // Whoever sees the stop must be able to learn the reason.
            assert.equal(shared.stops, 0);
            lost.push(seq);
        },
    });
    own.observe(0, made(7, 1000));
    own.observe(0, doubt);
    // What it makes afterwards is of the store as it then is, and says nothing of what was there.
    if (doubt === LOST)
        own.observe(0, made(8, 1300));
    await own.check();
    await own.check();
    return { stops: shared.hasStop(StopReason.StoreRolledBack), lost };
}
/** An engine that looks by `read`. */
function looking(read, shared = new SharedState(1), store = {}) {
    return new OwnEvents({ events: { read }, shared, store, lost: () => undefined });
}
t.test('what this shard made is looked for after the connection was in doubt', async (t) => {
    const well = { stops: false, lost: [] };
    const gone = { stops: true, lost: [7] };
    t.same(await look([eventAt(7, 1000), eventAt(8, 1001)]), well, 'it is there');
    t.same(await look([eventAt(7, 1200), eventAt(8, 1300)]), gone, 'another one is in its place');
    t.same(await look([eventAt(7, 1000, 4)]), gone, 'another one, though time stood still');
    t.same(await look([eventAt(9, 1500)]), well, 'trimmed: the ledger has it');
    t.same(await look([]), { stops: false, lost: [7] }, 'the store is behind: its seq tells, and this once');
    t.same(await look(new Error('down')), well);
    t.same(await look([eventAt(7, 1200)], made(7, 1200)), well, 'nothing was in doubt');
});
t.test('one look at a time, however long the store takes to answer', async (t) => {
    let reads = 0;
    const answers = [];
    const read = () => {
        reads += 1;
        return new Promise((resolve) => answers.push(resolve));
    };
    const own = looking(read);
    own.observe(0, made(7, 1000));
    own.observe(0, LOST);
    const looks = [own.check(), own.check(), own.check()];
    t.equal(reads, 1);
    for (const answer of answers)
        answer([]);
    await Promise.all(looks);
    void own.check();
    t.equal(reads, 2, 'and again once it was answered');
});
t.test('an event made after a doubt that nobody has looked into yet comes into doubt itself', async (t) => {
    const shared = new SharedState(1);
    let stream = new Error('down');
    const read = async (_partition, afterSeq) => {
        if (stream instanceof Error)
            throw stream;
        return stream.filter(({ seq }) => seq > afterSeq);
    };
    const own = looking(read, shared);
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
    const answers = [];
    const own = looking(() => new Promise((resolve) => answers.push(resolve)), shared);
    own.observe(0, made(7, 1000));
    own.observe(0, LOST);
    const before = own.check();
    own.observe(0, LOST);
    answers.shift()([eventAt(7, 1000)]);
    await before;
    const after = own.check();
    answers.shift()([eventAt(7, 1200)]);
    await after;
    t.ok(shared.hasStop(StopReason.StoreRolledBack));
});
t.test('a connection that came back between two calls puts what was made before into doubt', async (t) => {
    const shared = new SharedState(1);
    const store = { timesReady: 1 };
    const stream = [eventAt(7, 1200), eventAt(8, 1300)];
    const read = async (_partition, afterSeq) => stream.filter(({ seq }) => seq > afterSeq);
    const own = looking(read, shared, store);
    own.observe(0, made(7, 1000));
    await own.check();
    t.notOk(shared.hasStop(StopReason.StoreRolledBack), 'nothing was in doubt');
    store.timesReady += 1;
    own.observe(0, made(8, 1300));
    await own.check();
    t.ok(shared.hasStop(StopReason.StoreRolledBack));
});
//# sourceMappingURL=own-events.test.js.map