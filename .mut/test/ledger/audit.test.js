import pg from 'pg';
import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { InvalidCursor, LedgerUnavailable } from '../../src/domain/ports.js';
import { PostgresLedgerQueries } from '../../src/ledger/queries.js';
import { freePort } from '../../src/services/ports.js';
import { leftovers } from '../support/leftovers.js';
import { actor, never, openShop, PARTITIONS } from './audit-shop.js';
leftovers(t);
t.test('a sale that is conserved, counted three ways', async (t) => {
    const shop = await openShop(t);
    await shop.define('phone', 1000, 50);
    const holds = await shop.hold('phone', 100);
    const confirm = (holdId) => ({ holdId, paymentRef: `pay-${holdId}`, notAfter: never, actor });
    await shop.call('phone', { operation: 'confirm', items: holds.slice(0, 10).map(confirm) });
    const release = holds.slice(10, 15).map((holdId) => ({ holdId, notAfter: never, actor }));
    await shop.call('phone', { operation: 'release', items: release });
    const adjust = { sku: 'phone', adjustmentId: 'a'.repeat(28), delta: -100, reason: 'broken "box"' };
    await shop.call('phone', { operation: 'adjust', ...adjust, notAfter: never, actor });
    const patch = { sku: 'phone', reserved: { units: 20 }, buyerLimit: 7 };
    await shop.call('phone', { operation: 'patch', patch, notAfter: never, actor });
    const report = await shop.queries.audit('phone');
    const counters = { total: 900, available: 737, held: 128, sold: 15, reserved: 20 };
    t.match(report, { sku: 'phone', conserved: true, differences: [], counters, recounted: { held: 128 } });
    t.match(report?.ledger, counters);
    t.equal(await shop.queries.audit('nothing'), undefined);
});
t.test('an audit during the sale is exact at its seq', async (t) => {
    const shop = await openShop(t);
    for (const sku of ['a', 'b', 'c'])
        await shop.define(sku, 100_000);
    await shop.hold('a', 900);
    await shop.hold('a', 900);
    let selling = true;
    const sell = async (sku) => {
        while (selling) {
            const holds = await shop.hold(sku, 40);
            const items = holds.slice(0, 15).map((holdId) => ({ holdId, notAfter: never, actor }));
            await shop.call(sku, { operation: 'release', items });
        }
    };
    const sales = [sell('a'), sell('b'), sell('c')];
    const reports = [];
    for (let round = 0; round < 4; round += 1) {
        reports.push(...(await Promise.all(['a', 'b', 'c'].map((sku) => shop.auditor.auditSku(sku)))).map((r) => r));
    }
    selling = false;
    await Promise.all(sales);
    t.ok(reports.at(-1).seq > reports[0].seq, 'the sale did go on');
    t.same(reports.flatMap(({ differences }) => differences), []);
    const all = [];
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const audited = await shop.auditor.guardPartition(partition, { thorough: false });
        all.push(...audited.map(({ report }) => report));
    }
    t.same(all.map(({ sku, conserved }) => [sku, conserved]).sort(), [
        ['a', true],
        ['b', true],
        ['c', true],
    ]);
});
t.test('what disagrees is named', async (t) => {
    const shop = await openShop(t);
    await shop.define('a', 100);
    const holds = await shop.hold('a', 4);
    t.ok(await shop.flush());
    const partition = partitionOf('a', PARTITIONS);
    await shop.redis.hdel(`{p${partition}}:holds`, holds[0]);
    await shop.pool.query(`UPDATE holdfast.history SET units = units + 5 WHERE hold_id = $1`, [holds[1]]);
    const report = await shop.queries.audit('a');
    t.equal(report?.conserved, false);
    t.same(report?.differences, [
        'Redis: the counter says 6 units are held, but the live holds add up to 5.',
        "Postgres: available is 94 in Redis, but the ledger's history adds up to 89.",
        "Postgres: held is 6 in Redis, but the ledger's history adds up to 11.",
    ]);
});
t.test('holds are found, and listed in pages in the order they were made', async (t) => {
    const shop = await openShop(t);
    await shop.define('a', 1000);
    await shop.define('b', 1000);
    const made = [...(await shop.hold('a', 7)), ...(await shop.hold('a', 6))];
    const [other] = await shop.hold('b', 1);
    const items = [{ holdId: made[3], paymentRef: 'pay-3', notAfter: never, actor }];
    await shop.call('a', { operation: 'confirm', items });
    t.ok(await shop.flush());
    t.match(await shop.queries.findHold(made[3]), {
        state: 'confirmed',
        paymentRef: 'pay-3',
        buyerId: 'buyer-0',
    });
    t.match(await shop.queries.findHold(other), { state: 'held', sku: 'b' });
    t.equal(await shop.queries.findHold('x'.repeat(28)), undefined);
    const query = { sku: 'a', partition: partitionOf('a', PARTITIONS), limit: 5 };
    const listed = [];
    let after = '';
    let pages = 0;
    while (after !== null) {
        const page = await shop.queries.listHolds({
            ...query,
            after,
        });
        listed.push(...page.items.map(({ holdId }) => holdId));
        after = page.next;
        pages += 1;
    }
    t.equal(pages, 3);
    t.same([...listed].sort(), [...made].sort(), 'each hold once');
    const again = await shop.queries.listHolds({ ...query, limit: 1000, after: '' });
    t.same(again.items.map(({ holdId }) => holdId), listed, 'in the same order whatever the size of the page');
    t.ok(again.seq > 0);
    const confirmed = await shop.queries.listHolds({ ...query, state: 'confirmed', after: '' });
    t.same(confirmed.items.map(({ holdId }) => holdId), [made[3]]);
    const ofBuyer = await shop.queries.listHolds({ ...query, buyerId: 'buyer-1', limit: 100, after: '' });
    t.equal(ofBuyer.items.length, 4);
    t.match(await shop.queries.listHolds({ ...query, sku: 'nothing', after: '' }), { items: [], next: null });
    await t.rejects(shop.queries.listHolds({ ...query, after: 'x; DROP TABLE' }), InvalidCursor);
});
t.test('a Postgres or a Redis that does not answer is said to be unavailable', async (t) => {
    const shop = await openShop(t);
    await shop.define('a', 10);
    const port = await freePort();
    const pool = new pg.Pool({ connectionString: `postgres://127.0.0.1:${port}/nowhere` });
    t.teardown(() => pool.end());
    const queries = new PostgresLedgerQueries(pool, shop.auditor, false);
    await t.rejects(queries.findHold('x'.repeat(28)), LedgerUnavailable);
    await shop.stopStore();
    await t.rejects(queries.audit('a'), LedgerUnavailable);
});
//# sourceMappingURL=audit.test.js.map