import fc from 'fast-check';
import t from 'tap';
import { HOLD_STATES, isLegalHoldTransition } from '../../src/domain/hold.js';
import { SKU_STATES, stateAfter } from '../../src/domain/sku.js';
const anyState = fc.constantFrom(...HOLD_STATES);
t.test('a hold lives once: held, then at most one end, which is for ever', async () => {
    fc.assert(fc.property(fc.array(anyState, { maxLength: 12 }), (wanted) => {
        const life = [];
        for (const next of wanted)
            if (isLegalHoldTransition(life.at(-1), next))
                life.push(next);
        const asksForHold = wanted.indexOf('held');
        if (asksForHold === -1)
            return life.length === 0;
        const end = wanted.slice(asksForHold + 1).find((state) => state !== 'held');
        return life.join() === (end === undefined ? 'held' : `held,${end}`);
    }));
});
t.test('the numbers of stored states never change', async (t) => {
    t.same(HOLD_STATES, ['held', 'confirmed', 'released', 'expired']);
    t.same(SKU_STATES, ['scheduled', 'open', 'paused', 'closed']);
});
t.test('every action on a SKU leads where the contract says, and repeating it changes nothing', async (t) => {
    const legal = {
        open: ['scheduled', 'paused', 'closed', 'open'],
        pause: ['scheduled', 'open', 'paused'],
        close: ['scheduled', 'open', 'paused', 'closed'],
    };
    const target = { open: 'open', pause: 'paused', close: 'closed' };
    for (const action of ['open', 'pause', 'close']) {
        for (const from of SKU_STATES) {
            const after = stateAfter(action, from);
            t.equal(after, legal[action].includes(from) ? target[action] : undefined, `${action} from ${from}`);
            if (after !== undefined)
                t.equal(stateAfter(action, after), after);
        }
    }
});
//# sourceMappingURL=hold.test.js.map