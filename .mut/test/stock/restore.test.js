import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { isConserved } from '../../src/domain/sku.js';
import { leftovers } from '../support/leftovers.js';
import { comparePages, compareRecords, ordered } from './comparison.js';
import { ADJUSTMENT_RETENTION_MS, ControlledStore } from './controlled-store.js';
import { StockModel } from './model.js';
import { OPENING, steps } from './steps.js';
leftovers(t);
const RUNS = Number(process.env.HOLDFAST_PROPERTY_RUNS ?? 60);
const SEED = process.env.HOLDFAST_PROPERTY_SEED;
/** Whether the first failure will do, as it is. */
const ENDS_AT_FIRST = process.env.HOLDFAST_PROPERTY_END === 'first';
const RETENTION_MS = 2_000;
/** What a recovery restores: everything but the events, each record as the ledger would have it. */
function pageOf(partition, now, withholds) {
    const dueAt = (hold) => hold.endedAt ?? hold.expiresAt;
    const holds = [...partition.holds.values()].sort((a, b) => Number(a.state !== 'held') - Number(b.state !== 'held') || dueAt(a) - dueAt(b));
    return {
        skus: [...partition.skus.values()].map((sku) => ({ ...sku })),
        definitions: [...partition.definitions.values()],
        holds: holds.map((hold) => ({
            hold,
            forgottenAt: hold.state === 'held' ? 0 : hold.endedAt + RETENTION_MS,
            withholds,
        })),
        buyers: [...partition.buyers].map(([key, { units, live }]) => {
            const [sku = '', buyerId = ''] = key.split('|');
            return { sku, buyerId, units, holdIds: live };
        }),
        adjustments: [...partition.adjustments].map(([adjustmentId, adjustment]) => {
            return { adjustmentId, ...adjustment, forgottenAt: now + RETENTION_MS };
        }),
    };
}
async function both(real, model, call) {
    const expected = model.run(call);
    const [found] = await real.execute(call);
    const what = `after ${JSON.stringify(call).slice(0, 2000)}`;
    // The steps of a recovery answer no more than that they were done, or that they were refused.
    if (/^(seal|restore)/.test(call.operation))
        assert.equal(found.kind, expected.kind, what);
    else
        assert.deepEqual(ordered(found), ordered(expected), what);
    if (found.kind === 'reply')
        for (const view of found.skus)
            assert.ok(isConserved(view), what);
}
async function live(real, model, life, epoch) {
    for (const step of life) {
        real.now += step.advanceMs;
        const partition = model.partitions[0];
        const counters = (sku) => partition.skus.get(sku);
        const now = Math.max(real.now, partition.last);
        const call = step.build({ now, epoch, seq: partition.seq, counters });
        // It needs counters as of an earlier seq, which `properties.test.ts` keeps.
        if (call.operation !== 'repair')
            await both(real, model, call);
    }
}
const someSteps = fc.array(steps(1), { minLength: 5, maxLength: 30, size: 'max' });
t.test('a restored partition goes on as it was, step by step like the model', { timeout: 0 }, async (t) => {
    const real = await ControlledStore.start(t, 1);
    let withheld = 0;
    await fc.assert(fc.asyncProperty(someSteps, someSteps, fc.boolean(), async (before, after, withholds) => {
        await real.reset();
        const clock = () => real.now;
        const options = { clock, epoch: 1, partitions: 1, adjustmentRetentionMs: ADJUSTMENT_RETENTION_MS };
        const model = new StockModel(options);
        const partition = model.partitions[0];
        const opening = OPENING.map((build) => {
            const scope = { partition: 0, epoch: 1, seqSeen: 0 };
            return {
                advanceMs: 0,
                partition: 0,
                build: (context) => ({ ...scope, ...build(context) }),
            };
        });
        await live(real, model, [...opening, ...before], 1);
        const page = pageOf(partition, real.now, withholds);
        const { last } = partition;
        const scope = { partition: 0, epoch: 5, seqSeen: 0 };
        await both(real, model, { ...scope, operation: 'seal', partitions: 1 });
        await live(real, model, before.slice(0, 2), 1);
        await both(real, model, { ...scope, operation: 'restore_begin', partitions: 1, last });
        for (let time = 0; time < 2; time += 1)
            await both(real, model, { ...scope, operation: 'restore', ...page });
        await live(real, model, before.slice(0, 2), 5);
        await both(real, model, { ...scope, epoch: 4, operation: 'restore', ...page });
        await both(real, model, { ...scope, epoch: 4, operation: 'restore_begin', partitions: 1, last });
        await both(real, model, { ...scope, operation: 'restore_end' });
        await both(real, model, { ...scope, operation: 'restore', ...page });
        await compareRecords(real, partition);
        await comparePages(real, partition);
        await live(real, model, after, 5);
        await compareRecords(real, partition);
        await comparePages(real, partition);
        const patches = partition.events.flatMap(({ changes }) => changes.filter(({ actor }) => actor === 'recovery'));
        withheld += patches.length;
    }), { numRuns: RUNS, endOnFailure: ENDS_AT_FIRST, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
    t.ok(withheld > 10, `${withheld} holds ended whose units were withheld`);
});
//# sourceMappingURL=restore.test.js.map