import t, {} from 'tap';
import { isConserved } from '../../src/domain/sku.js';
import { damageCounters } from '../support/damage.js';
import { leftovers } from '../support/leftovers.js';
import { ControlledStore } from './controlled-store.js';
import { ACTOR, Shop } from './shop.js';
leftovers(t);
const TRUTH = { total: 10, held: 3, sold: 1, reserved: 2 };
const WHOLE = { ...TRUTH, available: 4 };
/** A SKU with something held, sold and reserved, whose counters were then changed behind the library's back. */
async function damaged(t, by) {
    const store = await ControlledStore.start(t);
    const shop = new Shop(store);
    await shop.open('phone', { reserved: 2 });
    for (const number of [1, 2, 3, 4])
        await shop.hold(number, 'phone');
    const items = [
        { holdId: `AA${'4'.padStart(26, 'h')}`, paymentRef: 'p', notAfter: store.now, actor: ACTOR },
    ];
    const { seq } = await store.reply({ operation: 'confirm', items });
    await damageCounters(store.store.connection.redis, 0, 'phone', by);
    return {
        shop,
        seq,
        repair: (request = {}) => store.reply({
            operation: 'repair',
            ...{ sku: 'phone', seq, counters: TRUTH, secondSeq: 0, notAfter: store.now, actor: 'repair' },
            ...request,
        }),
    };
}
t.test('too much on offer is withheld after one recount, with an event', async (t) => {
    for (const by of [{ available: 2, held: -2 }, { total: 3, available: 3 }, { available: 5 }, { held: -1 }]) {
        const { repair, seq, shop } = await damaged(t, by);
        const reply = await repair();
        t.match(reply, { seq: seq + 1, changed: true, results: [{ kind: 'sku', changed: true, view: WHOLE }] });
        const [change] = await shop.newestChanges();
        t.match(change, { kind: 'repaired', delta: -(by.available ?? 0), actor: 'repair' });
        t.match(await repair({ seq: seq + 1 }), { changed: false, results: [{ kind: 'sku', changed: false }] });
        t.match(await shop.hold(9, 'phone', 'eve', 4), { kind: 'created' }, 'sells what there is');
    }
});
t.test('giving back takes a second recount at the same seq', async (t) => {
    const { repair, seq } = await damaged(t, { available: -2, held: 2 });
    const refused = { changed: false, results: [{ kind: 'refused', refusal: { code: 'gives_back' } }] };
    t.match(await repair(), refused);
    t.match(await repair({ secondSeq: seq - 1 }), refused);
    const reply = await repair({ secondSeq: seq, actor: ACTOR });
    t.match(reply, { results: [{ kind: 'sku', view: WHOLE }] });
    t.ok(isConserved(reply.skus[0]));
});
t.test('a recount is brought to now by the events since; giving back then waits for another', async (t) => {
    const busy = await damaged(t, { total: 3, available: 3 });
    await busy.shop.hold(8, 'phone');
    await busy.shop.open('other');
    const view = { ...WHOLE, available: 3, held: 4 };
    t.match(await busy.repair(), { changed: true, results: [{ kind: 'sku', view }] });
    const short = await damaged(t, { available: -2, held: 2 });
    await short.shop.open('other');
    const refused = { changed: false, results: [{ kind: 'refused', refusal: { code: 'gives_back' } }] };
    t.match(await short.repair({ secondSeq: short.seq }), refused);
    for (let number = 10; number < 45; number += 1)
        await short.shop.hold(number, 'other', 'bob');
    for (let more = 0; more < 33; more += 1)
        await short.shop.patch({ sku: 'other', buyerLimit: more + 1 });
    t.match(await short.repair(), { results: [{ refusal: { code: 'recount_is_old' } }] });
});
t.test('what was sold beyond what there is cannot be written, and the record stays as it is', async (t) => {
    const { repair } = await damaged(t, { available: 2, held: -2 });
    const reply = await repair({ counters: { ...TRUTH, sold: 9 } });
    t.match(reply, { changed: false, results: [{ refusal: { code: 'insufficient_stock', available: 6 } }] });
    t.match(await repair({ sku: 'nothing' }), { results: [{ refusal: { code: 'unknown_sku' } }] });
    t.match(await repair({ notAfter: 1 }), { results: [{ refusal: { code: 'too_late' } }] });
});
//# sourceMappingURL=repair.test.js.map