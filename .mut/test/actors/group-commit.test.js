import t from 'tap';
import { GroupCommit } from '../../src/actors/group-commit.js';
import { Submission } from '../../src/actors/submission.js';
import { ManualClock } from './manual-clock.js';
/** A store that answers, oldest first, when the test says so, and fails the test when a third flush comes before that. */
class HeldStore {
    flushes = [];
    #answers = [];
    execute(calls) {
        if (this.#answers.length === 2)
            throw new Error('a third flush is in flight');
        this.flushes.push(calls);
        return new Promise((resolve) => {
            this.#answers.push(() => resolve(calls.map(() => ({ kind: 'lost', reason: 'test' }))));
        });
    }
    async answer() {
        this.#answers.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
    }
}
function setUp() {
    const store = new HeldStore();
    const settled = [];
    const gate = new GroupCommit({
        store,
        clock: new ManualClock(),
        epoch: 3,
        seqSeen: (partition) => 100 + partition,
        soon: queueMicrotask,
        settle: (batch) => settled.push(batch),
        flushed: () => undefined,
    });
    const add = (partition, lane, count = 1) => {
        const made = [];
        for (let ticket = 0; ticket < count; ticket += 1) {
            const holdId = `hold-${lane}-${ticket}`;
            const submission = new Submission(ticket, { kind: 'read_hold', holdId }, lane, partition);
            gate.enqueue(submission);
            made.push(submission);
        }
        return made;
    };
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    return { store, gate, add, turn, settled };
}
const shapeOf = (calls) => calls.map((call) => [
    call.partition,
    call.operation,
    'items' in call ? call.items.length : 'holdIds' in call ? call.holdIds.length : 1,
]);
t.test('a queue full of commands out of time does not hold up the one behind them', async (t) => {
    const { store, add, turn } = setUp();
    for (const submission of add(0, 'read_holds', 4000))
        submission.answered = true;
    add(0, 'read_holds');
    await turn();
    t.same(store.flushes.map(shapeOf), [[[0, 'read_holds', 1]]]);
});
t.test('what comes in one turn leaves in one flush, a call for each partition and operation', async (t) => {
    const { store, gate, add, turn } = setUp();
    add(1, 'hold', 3);
    add(1, 'confirm', 2);
    add(2, 'read_holds', 4);
    add(1, 'release');
    t.equal(store.flushes.length, 0);
    t.equal(gate.queued, 10);
    await turn();
    t.same(shapeOf(store.flushes[0]), [
        [1, 'release', 1],
        [1, 'confirm', 2],
        [1, 'hold', 3],
        [2, 'read_holds', 4],
    ]);
    t.match(store.flushes[0][0], { epoch: 3, seqSeen: 101 });
    t.equal(gate.inFlight, 10);
});
t.test('while a flush is in flight the rest gathers, and leaves at once when it returns', async (t) => {
    const { store, gate, add, turn, settled } = setUp();
    add(1, 'hold');
    await turn();
    add(1, 'hold', 5);
    add(3, 'hold', 5);
    await turn();
    t.equal(store.flushes.length, 1, 'too little for a flush of its own');
    await store.answer();
    t.equal(settled.length, 1);
    t.same(shapeOf(store.flushes[1]), [
        [1, 'hold', 5],
        [3, 'hold', 5],
    ]);
    await store.answer();
    t.equal(store.flushes.length, 2, 'nothing more to send, nothing sent');
    t.equal(gate.inFlight, 0);
});
t.test('a second flush leaves early when it is worth it, a third never', async (t) => {
    const { store, gate, add, turn, settled } = setUp();
    add(1, 'hold');
    await turn();
    add(1, 'hold', 63);
    await turn();
    t.equal(store.flushes.length, 1);
    add(2, 'hold');
    await turn();
    t.same(shapeOf(store.flushes[1]), [
        [1, 'hold', 63],
        [2, 'hold', 1],
    ]);
    t.equal(gate.inFlight, 65);
    add(1, 'hold', 500);
    await turn();
    t.equal(store.flushes.length, 2);
    t.equal([...gate.itemsInFlight()].length, 65);
    t.equal([...gate.itemsQueued()].length, 500);
    await store.answer();
    t.equal(store.flushes.length, 3);
    t.equal(settled.length, 1, 'the oldest was settled');
    await store.answer();
    await store.answer();
    t.equal(settled.length, 4);
    t.equal(gate.inFlight, 0);
});
t.test('a second flush is not worth it when many partitions have little each', async (t) => {
    const { store, add, turn } = setUp();
    add(0, 'hold');
    await turn();
    for (let partition = 0; partition < 16; partition += 1)
        add(partition, 'hold', 7);
    await turn();
    t.equal(store.flushes.length, 1);
    add(3, 'hold', 16);
    await turn();
    t.equal(store.flushes.length, 2);
});
t.test('what gathered leaves before the answers of the last flush go out', async (t) => {
    const { store, add, turn, settled } = setUp();
    add(1, 'hold');
    await turn();
    add(1, 'hold', 2);
    const settledWhenSent = [];
    const execute = store.execute.bind(store);
    store.execute = (calls) => {
        settledWhenSent.push(settled.length);
        return execute(calls);
    };
    await store.answer();
    t.same(settledWhenSent, [0]);
    t.equal(settled.length, 1);
});
t.test('calls and flushes are bounded, and what did not fit goes first next time', async (t) => {
    const { store, gate, add, turn } = setUp();
    add(1, 'hold', 4500);
    add(2, 'hold', 10);
    await turn();
    t.same(shapeOf(store.flushes[0]), [0, 1, 2, 3].map(() => [1, 'hold', 1000]));
    t.equal(gate.queued, 510);
    add(3, 'hold', 10);
    await store.answer();
    t.same(shapeOf(store.flushes[1]), [
        [1, 'hold', 500],
        [2, 'hold', 10],
        [3, 'hold', 10],
    ]);
});
t.test('what was answered while it waited is not sent', async (t) => {
    const { store, gate, add, turn } = setUp();
    add(1, 'hold');
    await turn();
    const [first] = add(1, 'hold', 2);
    first.answered = true;
    await store.answer();
    t.same(shapeOf(store.flushes[1]), [[1, 'hold', 1]]);
    const [only] = add(1, 'hold');
    only.answered = true;
    await store.answer();
    t.equal(store.flushes.length, 2, 'a flush of nothing is none');
    add(1, 'hold');
    await turn();
    t.equal(store.flushes.length, 3, 'and the gate still works');
    t.equal(gate.queued, 0);
});
t.test('engine calls go before commands of their partition', async (t) => {
    const { store, gate, add, turn } = setUp();
    add(1, 'hold');
    const results = [];
    gate.enqueueEngineCall({
        partition: 1,
        body: { operation: 'head' },
        settle: (result) => results.push(result),
    });
    await turn();
    t.same(store.flushes[0].map((call) => call.operation), ['head', 'hold']);
    await store.answer();
    t.same(results, [{ kind: 'lost', reason: 'test' }]);
});
t.test('a store that throws answers as lost', async (t) => {
    const results = [];
    const gate = new GroupCommit({
        store: { execute: () => Promise.reject(new Error('a mistake')) },
        clock: new ManualClock(),
        epoch: 1,
        seqSeen: () => 0,
        soon: queueMicrotask,
        settle: (_batch, result) => results.push(result),
        flushed: () => undefined,
    });
    gate.enqueue(new Submission(1, { kind: 'read_hold', holdId: 'x' }, 'read_holds', 0));
    await new Promise((resolve) => setImmediate(resolve));
    t.match(results, [{ kind: 'lost' }]);
});
//# sourceMappingURL=group-commit.test.js.map