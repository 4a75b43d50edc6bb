import { createConnection } from 'node:net';
import pg from 'pg';
import t from 'tap';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';
import { concurrently, Shop } from './shop.js';
leftovers(t);
t.test('64 clients fight for 1,000 units with 20,000 attempts', async (t) => {
    const databaseUrl = await freshDatabase(t);
    const engine = await startEngine(t, { DATABASE_URL: databaseUrl });
    const shop = new Shop(engine);
    await shop.offer('phone', { total: 1000, buyerLimit: 2, holdTtlMs: 600_000 });
    const unitsOfBuyer = new Map();
    const codes = new Map();
    await concurrently(20_000, 64, async (index) => {
        // Fewer buyers than it takes to sell out at once: some come back for more while there is stock, and meet their limit.
        const buyerId = `buyer-${(index * 7919) % 600}`;
        const quantity = 1 + (index % 2);
        const { status, body } = await shop.hold('phone', buyerId, quantity, `attempt-${index}`);
        const code = status === 201 ? 'created' : String(body.code);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (status === 201)
            unitsOfBuyer.set(buyerId, (unitsOfBuyer.get(buyerId) ?? 0) + quantity);
    });
    const units = [...unitsOfBuyer.values()].reduce((sum, held) => sum + held, 0);
    t.equal(units, 1000, 'exactly what there was is held');
    t.equal(Math.max(...unitsOfBuyer.values()), 2, 'no buyer is over the limit');
    t.same([...codes.keys()].sort(), ['buyer_limit', 'created', 'sold_out'], 'every answer is one of three');
    const audit = await shop.audit('phone');
    t.same(audit.differences, []);
    t.match(audit.counters, { total: 1000, available: 0, held: 1000, sold: 0 });
    t.match(audit.ledger, { held: 1000, sold: 0 });
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query(`SELECT sum(quantity)::int AS units, count(*)::int AS holds,
      (SELECT max(of_buyer)::int FROM (SELECT sum(quantity) AS of_buyer FROM holdfast.holds GROUP BY buyer_id) AS b) AS most
     FROM holdfast.holds WHERE sku = 'phone' AND state = 'held'`);
    await client.end();
    t.same(rows[0], { units: 1000, holds: codes.get('created'), most: 2 }, 'Postgres counts the same');
});
t.test('a buyer whose answer was lost gets their hold on retry, after the SKU has sold out', async (t) => {
    const engine = await startEngine(t);
    const shop = new Shop(engine);
    await shop.offer('lamp', { total: 3, holdTtlMs: 600_000 });
    const { port } = new URL(engine.storefrontUrl);
    const body = JSON.stringify({ sku: 'lamp', buyerId: 'ada', quantity: 1 });
    const socket = createConnection(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /v1/holds HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: ada-first-try\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await until(async () => (await shop.sku('lamp')).held === 1, {
        what: 'the hold whose answer nobody reads',
    });
    // Only now: a reset that overtook the request would take it with it.
    socket.resetAndDestroy();
    const others = await Promise.all([1, 2, 3, 4].map((n) => shop.hold('lamp', `other-${n}`, 1, `other-key-${n}`)));
    t.same(others.map(({ status }) => status).sort(), [201, 201, 409, 409]);
    const replay = await shop.hold('lamp', 'ada', 1, 'ada-first-try');
    t.equal(replay.status, 200);
    t.equal(replay.headers.get('idempotency-replayed'), 'true');
    t.match(replay.body, { sku: 'lamp', buyerId: 'ada', quantity: 1, state: 'held' });
    const again = await shop.hold('lamp', 'ada', 1, 'ada-first-try');
    t.equal(again.body.holdId, replay.body.holdId, 'the same hold every time');
    const other = await shop.hold('lamp', 'ada', 2, 'ada-first-try');
    t.match([other.status, other.body.code], [422, 'idempotency_mismatch'], 'the key is for that request only');
    t.same((await shop.audit('lamp')).differences, []);
});
t.test('what was held comes back when nobody pays, and a late payment never confirms it', async (t) => {
    const engine = await startEngine(t);
    const shop = new Shop(engine);
    await shop.offer('mug', { total: 1, holdTtlMs: 300 });
    const first = await shop.hold('mug', 'ada', 1, 'first-key');
    t.equal(first.status, 201);
    t.equal((await shop.hold('mug', 'bob', 1, 'second-key')).body.code, 'sold_out');
    await until(async () => (await shop.sku('mug')).available === 1, { what: 'the unit back on sale' });
    const late = await shop.confirm(String(first.body.holdId), 'pay-late');
    t.match([late.status, late.body.code], [409, 'hold_expired']);
    const second = await shop.hold('mug', 'bob', 1, 'third-key');
    t.equal(second.status, 201, 'the latch is reversible');
    const paid = await shop.confirm(String(second.body.holdId), 'pay-bob');
    t.match(paid.body, { state: 'confirmed', paymentRef: 'pay-bob' });
    t.match((await shop.confirm(String(second.body.holdId), 'pay-bob')).body, paid.body, 'a repeat answers the same');
    const audit = await shop.audit('mug');
    t.same(audit.differences, []);
    t.match(audit.counters, { total: 1, available: 0, held: 0, sold: 1 });
});
t.test('a sale opens by itself, and nothing is held before', async (t) => {
    const engine = await startEngine(t);
    const shop = new Shop(engine);
    const opensAt = Date.now() + 700;
    await shop.offer('shoe', {
        total: 100,
        opensAt: new Date(opensAt).toISOString(),
        closesAt: new Date(opensAt + 900).toISOString(),
    });
    const early = await shop.hold('shoe', 'ada', 1, 'early-key');
    t.match([early.status, early.body.code, early.body.opensAt], [409, 'not_open', new Date(opensAt).toISOString()]);
    let attempts = 0;
    const first = await until(async () => {
        attempts += 1;
        const answer = await shop.hold('shoe', 'ada', 1, `attempt-${attempts}`);
        return answer.status === 201 ? answer : undefined;
    }, { what: 'the first hold' });
    t.ok(attempts > 1, 'it was refused at least once before');
    t.ok(Date.parse(String(first.body.expiresAt)) - 120_000 >= opensAt, 'not held before the moment it opens');
    await until(async () => (await shop.sku('shoe')).state === 'closed', { what: 'closing by itself' });
    t.equal((await shop.hold('shoe', 'bob', 1, 'too-late-key')).body.code, 'closed');
    t.same((await shop.audit('shoe')).differences, []);
});
t.test('a key used again after its retention is a new hold, in Redis and in the ledger', async (t) => {
    const engine = await startEngine(t, { IDEMPOTENCY_RETENTION_MS: '1000' });
    const shop = new Shop(engine);
    await shop.offer('vase', { total: 1, holdTtlMs: 100 });
    const first = await shop.hold('vase', 'ada', 1, 'the-only-key');
    t.equal(first.status, 201);
    const second = await until(async () => {
        const answer = await shop.hold('vase', 'ada', 1, 'the-only-key');
        return answer.status === 201 ? answer : undefined;
    }, { timeoutMs: 20_000, what: 'the first hold forgotten' });
    t.equal(second.body.holdId, first.body.holdId, 'the same scope has the same id');
    await shop.confirm(String(second.body.holdId), 'pay-second');
    const audit = await shop.audit('vase');
    t.same(audit.differences, []);
    t.notMatch(engine.logs(), /quarantine/);
});
//# sourceMappingURL=sale.test.js.map