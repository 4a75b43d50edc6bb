import fc from 'fast-check';
import t from 'tap';
import { SkuActor } from '../../src/actors/actor.js';
import { Submission } from '../../src/actors/submission.js';
import { skuView } from './views.js';
const CERTAIN = { certain: true, now: 0 };
const UNCERTAIN = { certain: false, now: 0 };
function hold(quantity, ticket = 0) {
    const command = { kind: 'hold', holdId: `h${ticket}`, sku: 'phone', buyerId: 'b' };
    return new Submission(ticket, { ...command, quantity, actor: '', certainlyNew: true }, 'hold', 0);
}
t.test('lets go what fits beside the unsettled, keeps what may fit, refuses what cannot', async (t) => {
    const actor = new SkuActor(0, skuView({ available: 10 }), 1);
    const first = hold(7);
    t.equal(actor.admit(first, CERTAIN), 'go');
    actor.reserve(first);
    t.equal(actor.admit(hold(3), CERTAIN), 'go');
    t.equal(actor.admit(hold(5), CERTAIN), 'wait');
    t.match(actor.admit(hold(11), CERTAIN), { code: 'sold_out', available: 10 });
    t.equal(actor.admit(hold(11), UNCERTAIN), 'go', 'the script decides about what is not certain');
});
t.test('refuses by state only when certain, and never past a scheduled change', async (t) => {
    const at = (values, conditions = CERTAIN) => new SkuActor(0, skuView(values), 1).admit(hold(1), conditions);
    t.match(at({ state: 'paused' }), { code: 'paused' });
    t.match(at({ state: 'closed' }), { code: 'closed' });
    t.equal(at({ state: 'closed' }, UNCERTAIN), 'go');
    t.match(at({ state: 'scheduled' }), { code: 'not_open', opensAt: 0 });
    t.match(at({ state: 'scheduled', opensAt: 50 }, { certain: true, now: 49 }), { opensAt: 50 });
    t.equal(at({ state: 'scheduled', opensAt: 50 }, { certain: true, now: 50 }), 'go');
    t.equal(at({ closesAt: 50, available: 0 }, { certain: true, now: 50 }), 'go', 'it may be closed by now');
});
t.test('takes only views that are at least as new', async (t) => {
    const actor = new SkuActor(0, skuView({ available: 10 }), 5);
    t.notOk(actor.accept(skuView({ available: 3 }), 4));
    t.equal(actor.view.available, 10);
    t.ok(actor.accept(skuView({ available: 2 }), 6));
    t.equal(actor.view.available, 2);
});
t.test('those that wait go or are refused in their order when things settle', async (t) => {
    const actor = new SkuActor(0, skuView({ available: 10 }), 1);
    const first = hold(9);
    actor.reserve(first);
    const waiting = [hold(4, 1), hold(2, 2), hold(8, 3)];
    for (const submission of waiting) {
        t.equal(actor.admit(submission, CERTAIN), 'wait');
        actor.wait(submission);
    }
    t.equal(actor.admit(hold(1), CERTAIN), 'wait', 'nobody passes those that wait');
    const decided = [];
    const drain = () => actor.drain(() => CERTAIN, (submission, admission) => {
        decided.push([submission.ticket, admission === 'go' ? 'go' : admission.code]);
        if (admission === 'go')
            actor.reserve(submission);
    });
    // The first one failed: its units are free again.
    actor.settle(first);
    drain();
    t.same(decided, [
        [1, 'go'],
        [2, 'go'],
    ]);
    t.equal(actor.waiting, 1);
    actor.accept(skuView({ available: 4 }), 2);
    drain();
    t.same(decided.at(-1), [3, 'sold_out']);
    t.equal(actor.waiting, 0);
});
/**
 * Against a store that is the truth: whatever the order of commands, flushes and releases, no more than the settled view
 * allows is under way, nobody waits without cause, and a refusal was true when it was given.
 */
t.test('property: admissions against a model of the store', (t) => {
    const step = fc.oneof(fc.record({ kind: fc.constant('hold'), quantity: fc.integer({ min: 1, max: 6 }) }), fc.record({ kind: fc.constant('settle'), fails: fc.boolean() }), fc.record({ kind: fc.constant('restock'), units: fc.integer({ min: 1, max: 8 }) }));
    fc.assert(fc.property(fc.integer({ min: 0, max: 20 }), fc.array(step, { maxLength: 120 }), (stock, steps) => {
        let available = stock;
        let seq = 1;
        const actor = new SkuActor(0, skuView({ available }), seq);
        const flying = [];
        const check = () => {
            const units = flying.reduce((sum, { quantity }) => sum + quantity, 0);
            if (units !== actor.unsettledUnits)
                throw new Error('unsettled units are miscounted');
            if (units > actor.view.available)
                throw new Error('more is under way than the view allows');
            if (actor.waiting > 0 && units === 0)
                throw new Error('somebody waits for nothing');
        };
        const go = (submission) => {
            actor.reserve(submission);
            flying.push(submission);
        };
        const drain = () => actor.drain(() => CERTAIN, (submission, admission) => {
            if (admission === 'go')
                go(submission);
            else if (available >= submission.quantity)
                throw new Error('refused what there was');
        });
        for (const each of steps) {
            if (each.kind === 'hold') {
                const submission = hold(each.quantity);
                const admission = actor.admit(submission, CERTAIN);
                if (admission === 'go')
                    go(submission);
                else if (admission === 'wait')
                    actor.wait(submission);
                else if (available >= each.quantity)
                    throw new Error('refused what there was');
            }
            else if (each.kind === 'settle') {
                const done = flying.splice(0, 1 + Math.floor(flying.length / 2));
                for (const submission of done)
                    if (!each.fails)
                        available -= submission.quantity;
                if (available < 0)
                    throw new Error('sold what there was not');
                actor.accept(skuView({ available }), ++seq);
                for (const submission of done)
                    actor.settle(submission);
                drain();
            }
            else {
                available += each.units;
                actor.accept(skuView({ available }), ++seq);
                drain();
            }
            check();
        }
    }), { numRuns: 500 });
    t.end();
});
//# sourceMappingURL=actor.test.js.map