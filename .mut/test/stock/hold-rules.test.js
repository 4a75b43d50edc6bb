import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { ACTOR, codeOf, id, RETENTION_MS, resultOf, rules } from './shop.js';
leftovers(t);
t.test('rules of holds and buyers', (t) => rules(t, {
    'a buyer is told their limit, what remains and their live holds': async (t, shop) => {
        await shop.open('phone', { buyerLimit: 3 });
        await shop.hold(1, 'phone', 'ann', 1);
        await shop.hold(2, 'phone', 'ann', 1);
        t.match(await shop.hold(3, 'phone', 'ann', 2), {
            refusal: { code: 'buyer_limit', limit: 3, remaining: 1, holdIds: [id(1), id(2)] },
        });
        t.equal(codeOf(await shop.confirm(1)), 'confirmed');
        t.match(await shop.hold(4, 'phone', 'ann', 2), { refusal: { code: 'buyer_limit', remaining: 1, holdIds: [id(2)] } }, 'what was bought counts, but is no live hold');
        t.equal(codeOf(await shop.release(2)), 'released');
        t.equal(codeOf(await shop.hold(5, 'phone', 'ann', 2)), 'created', 'a release gives the limit back');
    },
    'nobody is kept out by their own stale hold': async (t, shop) => {
        await shop.open('phone', { buyerLimit: 1, holdTtlMs: 1_000 });
        await shop.hold(1, 'phone', 'ann');
        shop.store.now += 1_000;
        t.equal(codeOf(await shop.hold(2, 'phone', 'ann')), 'created');
        t.same((await shop.newestChanges()).map(({ kind, actor }) => [kind, actor]), [
            ['expired', 'expiry'],
            ['held', ACTOR],
        ]);
        t.same(await shop.counters('phone'), [10, 9, 1, 0, 0]);
    },
    'one call with a buyer many times is decided item by item': async (t, shop) => {
        await shop.open('phone', { total: 4, buyerLimit: 3 });
        const items = [1, 2, 2, 3, 4, 5].map((number) => ({ number, sku: 'phone', buyerId: 'ann' }));
        const { results } = await shop.holdMany([
            ...items,
            { number: 6, sku: 'phone', buyerId: 'bob', quantity: 2 },
        ]);
        t.same(results.map(codeOf), [
            ...['created', 'created', 'replayed held', 'created', 'buyer_limit', 'buyer_limit', 'sold_out'],
        ]);
        t.same(await shop.counters('phone'), [4, 1, 3, 0, 0]);
    },
    'of more than 16 live holds the newest 16 are listed, and all units count': async (t, shop) => {
        await shop.open('phone', { total: 100 });
        const numbers = Array.from({ length: 20 }, (_, index) => index);
        await shop.holdMany(numbers.map((number) => ({ number, sku: 'phone' })));
        await shop.patch({ sku: 'phone', buyerLimit: 20 });
        t.match(await shop.hold(30, 'phone'), {
            refusal: { code: 'buyer_limit', remaining: 0, holdIds: numbers.slice(4).map(id) },
        });
        for (const number of numbers)
            t.equal(codeOf(await shop.release(number)), 'released');
        t.equal(await shop.store.store.connection.redis.hlen('{p0}:buyers'), 0, 'no units, no record');
    },
    'the deadline itself is too late to confirm, and the hold says so ever after': async (t, shop) => {
        await shop.open('phone', { holdTtlMs: 1_000 });
        await shop.hold(1, 'phone');
        await shop.hold(2, 'phone');
        shop.store.now += 999;
        t.equal(codeOf(await shop.confirm(1)), 'confirmed');
        shop.store.now += 1;
        t.equal(codeOf(await shop.confirm(2)), 'hold_expired');
        t.equal(codeOf(await shop.release(2)), 'hold_expired');
        t.equal(codeOf(await shop.hold(2, 'phone')), 'replayed expired');
        t.same(await shop.counters('phone'), [10, 9, 0, 1, 0]);
    },
    'a confirm repeats with its payment reference and refuses another': async (t, shop) => {
        await shop.open('phone');
        await shop.hold(1, 'phone');
        t.equal(codeOf(await shop.confirm(1, 'pay-1')), 'confirmed');
        t.match(await shop.confirm(1, 'pay-1'), { replayed: true, hold: { paymentRef: 'pay-1' } });
        t.match(await shop.confirm(1, 'pay-2'), {
            refusal: { code: 'hold_confirmed', hold: { paymentRef: 'pay-1' } },
        });
        t.equal(codeOf(await shop.release(1)), 'hold_confirmed');
        t.equal(codeOf(await shop.confirm(9)), 'unknown_hold');
    },
    'confirm and release work in every state of the SKU': async (t, shop) => {
        for (const [index, action] of ['pause', 'close'].entries()) {
            const sku = `phone-${action}`;
            await shop.open(sku);
            await shop.hold(10 * index + 1, sku);
            await shop.hold(10 * index + 2, sku);
            await shop.change(sku, action);
            t.equal(codeOf(await shop.confirm(10 * index + 1)), 'confirmed');
            t.equal(codeOf(await shop.release(10 * index + 2)), 'released');
            t.same(await shop.counters(sku), [10, 9, 0, 1, 0]);
        }
    },
    'a command past its notAfter does not happen, a replay of one that did still answers': async (t, shop) => {
        await shop.open('phone');
        await shop.hold(1, 'phone');
        const late = async (body) => resultOf(await shop.store.reply(body));
        const item = {
            sku: 'phone',
            buyerId: 'buyer',
            quantity: 1,
            notAfter: shop.store.now - 1,
            actor: ACTOR,
        };
        t.equal(await late({ operation: 'hold', items: [{ ...item, holdId: id(2) }] }), 'too_late');
        t.equal(await late({ operation: 'hold', items: [{ ...item, holdId: id(1) }] }), 'replayed held');
        t.equal(await late({ operation: 'confirm', items: [{ ...item, holdId: id(1), paymentRef: 'p' }] }), 'too_late');
        t.equal(await late({ operation: 'release', items: [{ ...item, holdId: id(1) }] }), 'too_late');
        t.same(await shop.counters('phone'), [10, 9, 1, 0, 0]);
    },
    'what could not be read back is not stored': async (t, shop) => {
        await shop.open('phone', { total: 1_000_000 });
        const item = { sku: 'phone', buyerId: 'ann', quantity: 1, notAfter: shop.store.now, actor: ACTOR };
        for (const wrong of [
            { holdId: id(2).slice(1) },
            { quantity: 0 },
            { quantity: -1 },
            { quantity: 65_536 },
        ]) {
            const items = [
                { ...item, holdId: id(1) },
                { ...item, holdId: id(2), ...wrong },
            ];
            t.match(await shop.store.call({ operation: 'hold', items }), {
                kind: 'lost',
                reason: /cannot be stored/,
            });
        }
        t.same(await shop.counters('phone'), [1_000_000, 1_000_000, 0, 0, 0], 'nor what came before it in the call');
    },
    'an ended hold answers until its retention is over and the ledger has it': async (t, shop) => {
        await shop.open('phone', { holdTtlMs: 1_000 });
        await shop.hold(1, 'phone');
        await shop.hold(2, 'phone');
        await shop.confirm(1);
        shop.store.now += 1_000;
        t.match(await shop.expire(0), { changed: true, skus: [{ held: 0, available: 9, sold: 1 }] });
        t.same(await shop.counters('phone'), [10, 9, 0, 1, 0]);
        shop.store.now += RETENTION_MS;
        t.equal((await shop.expire(0)).nextDue, shop.store.now + 10_000, 'put off while the ledger is behind');
        t.equal(codeOf(await shop.read(1)), 'confirmed');
        shop.store.now += 10_000;
        t.equal((await shop.expire()).nextDue, 0);
        t.equal(codeOf(await shop.read(1)), 'unknown_hold');
        t.equal(codeOf(await shop.read(2)), 'unknown_hold');
    },
    'a read expires what is overdue': async (t, shop) => {
        await shop.open('phone', { holdTtlMs: 1_000 });
        await shop.hold(1, 'phone');
        t.equal(codeOf(await shop.read(1)), 'held');
        shop.store.now += 1_000;
        t.equal(codeOf(await shop.read(1)), 'expired');
        t.same(await shop.counters('phone'), [10, 10, 0, 0, 0]);
    },
    'a call of 1,000 items over many SKUs is one event; the sweep takes them in bounded steps': async (t, shop) => {
        const skus = Array.from({ length: 7 }, (_, index) => `sku-${index}`);
        for (const sku of skus)
            await shop.open(sku, { total: 1_000, holdTtlMs: 1_000 });
        const items = Array.from({ length: 1_000 }, (_, number) => ({
            number,
            sku: skus[number % 7],
            buyerId: `buyer-${number % 300}`,
        }));
        const { results, seq } = await shop.holdMany(items);
        t.ok(results.every((result) => result.kind === 'created'));
        t.equal(seq, 15);
        shop.store.now += 1_000;
        const first = await shop.expire(0, 200);
        t.same([first.changed, first.more, (await shop.newestChanges()).length], [true, true, 256]);
        const second = await shop.expire(0, 1_000);
        t.same([second.changed, second.more, (await shop.newestChanges()).length], [true, false, 744]);
        for (const sku of skus)
            t.same(await shop.counters(sku), [1_000, 1_000, 0, 0, 0]);
        await t.rejects(shop.holdMany([...items, { number: 2_000, sku: 'sku-0' }]), /more than 1000 items/);
    },
}));
//# sourceMappingURL=hold-rules.test.js.map