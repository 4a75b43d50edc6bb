import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { ADJUSTMENT_RETENTION_MS } from './controlled-store.js';
import { ACTOR, codeOf, id, resultOf, rules } from './shop.js';
leftovers(t);
t.test('rules of SKUs', (t) => rules(t, {
    'a SKU opens and closes on Redis time, by whoever touches it first': async (t, shop) => {
        await shop.define('phone', { opensAt: shop.store.now + 100, closesAt: shop.store.now + 200 });
        t.match(await shop.hold(1, 'phone'), { refusal: { code: 'not_open', opensAt: shop.store.now + 100 } });
        shop.store.now += 100;
        t.equal(codeOf(await shop.hold(2, 'phone')), 'created');
        t.match(await shop.newestChanges(), [
            { kind: 'opened', from: 'scheduled', actor: 'schedule' },
            { kind: 'held' },
        ]);
        shop.store.now += 100;
        t.equal(codeOf(await shop.hold(3, 'phone')), 'closed');
        t.match(await shop.newestChanges(), [{ kind: 'closed', from: 'open', actor: 'schedule' }]);
    },
    'the sweep opens and closes what nobody touches': async (t, shop) => {
        await shop.define('phone', { opensAt: shop.store.now + 100, closesAt: shop.store.now + 200 });
        t.equal((await shop.expire()).nextDue, shop.store.now + 100);
        shop.store.now += 100;
        t.match(await shop.expire(), { skus: [{ state: 'open' }], nextDue: shop.store.now + 100 });
        shop.store.now += 100;
        t.match(await shop.expire(), { skus: [{ state: 'closed' }], nextDue: 0 });
    },
    'a pause before opensAt keeps the SKU shut; a moved opensAt opens then': async (t, shop) => {
        await shop.define('paused', { opensAt: shop.store.now + 100 });
        await shop.define('moved', { opensAt: shop.store.now + 100 });
        await shop.change('paused', 'pause');
        await shop.patch({ sku: 'moved', opensAt: shop.store.now + 300 });
        shop.store.now += 100;
        t.equal((await shop.expire()).changed, false);
        t.equal(codeOf(await shop.hold(1, 'paused')), 'paused');
        t.equal(codeOf(await shop.hold(2, 'moved')), 'not_open');
        shop.store.now += 200;
        t.match(await shop.expire(), { skus: [{ sku: 'moved', state: 'open' }] });
    },
    'a SKU opened after its closesAt stays open': async (t, shop) => {
        await shop.define('phone', { closesAt: shop.store.now + 100 });
        shop.store.now += 100;
        t.match((await shop.change('phone', 'open')).skus, [{ state: 'open', closesAt: 0 }]);
        t.equal(codeOf(await shop.hold(1, 'phone')), 'created');
    },
    'states change only as they may, and repeating changes nothing': async (t, shop) => {
        await shop.define('phone');
        t.equal(resultOf(await shop.change('phone', 'pause')), 'changed');
        t.equal(resultOf(await shop.change('phone', 'pause')), 'unchanged');
        t.equal(resultOf(await shop.change('phone', 'open')), 'changed');
        t.equal(resultOf(await shop.change('phone', 'close')), 'changed');
        t.equal(resultOf(await shop.change('phone', 'pause')), 'closed');
        const { changed, seq } = await shop.change('phone', 'close');
        t.same([changed, seq], [false, 4]);
        t.equal(resultOf(await shop.change('phone', 'open')), 'changed');
        t.match(await shop.newestChanges(), [{ kind: 'opened', from: 'closed', actor: ACTOR }]);
    },
    'a SKU is defined again only as it was': async (t, shop) => {
        t.equal(resultOf(await shop.define('phone', { reserved: 2 })), 'changed');
        await shop.change('phone', 'open');
        await shop.hold(1, 'phone');
        await shop.patch({ sku: 'phone', buyerLimit: 4 });
        t.equal(resultOf(await shop.define('phone', { reserved: 2 })), 'unchanged', 'whatever happened since');
        for (const other of [
            { total: 11 },
            { reserved: 1 },
            { buyerLimit: 4 },
            { holdTtlMs: 9 },
            { opensAt: 5 },
            { closesAt: 5 },
        ])
            t.equal(resultOf(await shop.define('phone', { reserved: 2, ...other })), 'sku_exists');
        t.equal(resultOf(await shop.define('past', { opensAt: shop.store.now - 1 })), 'changed');
        t.equal(codeOf(await shop.hold(2, 'past')), 'created', 'opensAt in the past opens at once');
    },
    'a percentage of stock to reserve is resolved once, rounded up, and takes free units only': async (t, shop) => {
        await shop.open('phone', { total: 10 });
        const patched = await shop.patch({ sku: 'phone', reserved: { percent: 25 }, buyerLimit: 2 });
        t.match(patched.skus, [{ reserved: 3, available: 7 }]);
        t.match(await shop.newestChanges(), [
            { kind: 'patched', detail: '{"buyerLimit":[0,2],"reserved":[0,3]}', actor: ACTOR },
        ]);
        await shop.hold(1, 'phone', 'ann', 2);
        t.match((await shop.patch({ sku: 'phone', reserved: { units: 9 } })).results, [
            { refusal: { code: 'insufficient_stock', available: 5 } },
        ]);
        t.equal(resultOf(await shop.patch({ sku: 'phone', reserved: { units: 3 } })), 'unchanged');
        t.equal(resultOf(await shop.patch({ sku: 'phone', reserved: { units: 8 } })), 'changed');
        t.same(await shop.counters('phone'), [10, 0, 2, 0, 8]);
        await shop.open('pen', { total: 10_000 });
        t.match((await shop.patch({ sku: 'pen', reserved: { percent: 0.07 } })).skus, [{ reserved: 7 }]);
    },
    'an adjustment happens once, takes free units only, and stays in range': async (t, shop) => {
        await shop.open('phone', { total: 10 });
        await shop.hold(1, 'phone', 'ann', 4);
        const take = { sku: 'phone', adjustmentId: id(1), delta: -5, reason: 'broken' };
        t.equal(resultOf(await shop.adjust(take)), 'changed');
        t.match(await shop.newestChanges(), [{ kind: 'adjusted', delta: -5, reason: 'broken' }]);
        t.equal(resultOf(await shop.adjust(take)), 'unchanged');
        t.equal(resultOf(await shop.adjust({ ...take, delta: -4 })), 'idempotency_mismatch');
        t.equal(resultOf(await shop.adjust({ ...take, reason: 'lost' })), 'idempotency_mismatch');
        t.match((await shop.adjust({ ...take, adjustmentId: id(2), delta: -2 })).results, [
            { refusal: { code: 'insufficient_stock', available: 1 } },
        ]);
        t.match((await shop.adjust({ ...take, adjustmentId: id(3), delta: 1_000_000_000 })).results, [
            { refusal: { code: 'total_out_of_range', total: 1_000_000_005 } },
        ]);
        t.same(await shop.counters('phone'), [5, 1, 4, 0, 0]);
        shop.store.now += ADJUSTMENT_RETENTION_MS;
        await shop.expire();
        t.equal(resultOf(await shop.adjust({ ...take, delta: 3 })), 'changed', 'forgotten after its retention');
    },
    'trim keeps what the ledger lacks and what is to be kept': async (t, shop) => {
        await shop.open('phone', { total: 100 });
        for (let number = 0; number < 8; number += 1)
            await shop.hold(number, 'phone');
        const trim = async (committedSeq, keepFromSeq) => (await shop.store.reply({ operation: 'trim', committedSeq, keepFromSeq })).oldestSeq;
        t.equal(await trim(4, 3), 3);
        t.equal(await trim(4, 9), 5);
        t.equal(await trim(3, 9), 5);
        t.equal(await trim(10, 100), 0, 'empty');
        await shop.hold(20, 'phone');
        t.match(await shop.store.call({ operation: 'head' }), { seq: 11, oldestSeq: 11 });
    },
    'pages together hold every SKU and every hold': async (t, shop) => {
        for (let index = 0; index < 30; index += 1) {
            const sku = `sku-${index}-${'x'.repeat(50)}`;
            await shop.open(sku, { total: 1_000 });
            await shop.holdMany(Array.from({ length: 20 }, (_, number) => ({ number: 100 * index + number, sku })));
        }
        const skus = new Set();
        const holds = new Set();
        for (const operation of ['page_skus', 'page_holds']) {
            let cursor = '0';
            do {
                const page = await shop.store.reply({ operation, cursor, count: 10 });
                for (const { sku } of page.skus)
                    skus.add(sku);
                for (const { holdId } of page.holds)
                    holds.add(holdId);
                cursor = page.cursor;
            } while (cursor !== '0');
        }
        t.same([skus.size, holds.size], [30, 600]);
    },
}));
//# sourceMappingURL=sku-rules.test.js.map