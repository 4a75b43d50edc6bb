import pg from 'pg';
import t from 'tap';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { Shop } from './shop.js';
leftovers(t);
/** Buys without pause until the engine takes no connection any more; answers what was acknowledged and what was cut off. */
async function buyUntilRefused(shop, buyers) {
    const acknowledged = [];
    const cutOff = [];
    const buy = async (buyer) => {
        for (let attempt = 0; attempt < 100_000; attempt += 1) {
            try {
                const answer = await shop.hold('phone', `buyer-${buyer}`, 1, `key-${buyer}-${attempt}`);
                if (answer.status === 201)
                    acknowledged.push(String(answer.body.holdId));
            }
            catch (error) {
                const { cause } = error;
                // A connection that was never taken is no broken promise; one that broke under a request is.
                if (cause?.code !== 'ECONNREFUSED')
                    cutOff.push(`${cause?.code} ${String(error.cause)}`);
                return;
            }
        }
    };
    await Promise.all(Array.from({ length: buyers }, (_, buyer) => buy(buyer)));
    return { acknowledged, cutOff };
}
t.test('SIGTERM under load: nothing accepted is cut off, nothing acknowledged is lost, exit 0', async (t) => {
    const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
    const engine = await startEngine(t, stores);
    const shop = new Shop(engine);
    await shop.offer('phone', { total: 1_000_000, holdTtlMs: 600_000 });
    const buying = buyUntilRefused(shop, 32);
    await until(async () => Number((await shop.sku('phone')).held) > 500, { what: 'a sale under way' });
    const startedAt = performance.now();
    const exit = await engine.stop();
    const tookMs = performance.now() - startedAt;
    const { acknowledged, cutOff } = await buying;
    t.same(exit, { code: 0, signal: null });
    t.ok(tookMs < 10_000 + 2000, `within DRAIN_MS (${Math.round(tookMs)} ms)`);
    t.same(cutOff, [], 'no accepted request was reset');
    t.ok(acknowledged.length > 500);
    const next = new Shop(await startEngine(t, stores));
    const audit = await next.audit('phone');
    t.same(audit.differences, []);
    t.ok((audit.counters.held ?? 0) >= acknowledged.length, 'all that was acknowledged is there');
    for (const holdId of acknowledged.slice(-50)) {
        t.equal((await next.shop('GET', `/v1/holds/${holdId}`)).body.state, 'held');
    }
});
t.test('an engine killed hard: the next one has all that was acknowledged', async (t) => {
    const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
    const engine = await startEngine(t, stores);
    const shop = new Shop(engine);
    await shop.offer('phone', { total: 1_000_000, holdTtlMs: 600_000 });
    const buying = buyUntilRefused(shop, 16);
    await until(async () => Number((await shop.sku('phone')).held) > 300, { what: 'a sale under way' });
    engine.process.kill('SIGKILL');
    const { acknowledged } = await buying;
    const next = new Shop(await startEngine(t, stores));
    for (const holdId of acknowledged.slice(-100)) {
        t.equal((await next.shop('GET', `/v1/holds/${holdId}`)).body.state, 'held');
    }
    const audit = await next.audit('phone');
    t.same(audit.differences, [], 'Redis and Postgres agree');
    t.ok((audit.counters.held ?? 0) >= acknowledged.length);
});
t.test('a ledger that hangs does not hold a shutdown: what it lacks waits in Redis', async (t) => {
    const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
    const engine = await startEngine(t, { ...stores, DRAIN_MS: '4000' });
    const shop = new Shop(engine);
    await shop.offer('phone', { total: 10 });
    const blocker = new pg.Client({ connectionString: stores.DATABASE_URL });
    await blocker.connect();
    t.teardown(() => blocker.end());
    await blocker.query('BEGIN; LOCK TABLE holdfast.ledger_events IN ACCESS EXCLUSIVE MODE');
    const { holdId } = (await shop.hold('phone', 'ada', 1, 'the-only-key')).body;
    // An audit waits for the ledger, with a connection of its own.
    const waiting = shop.operate('GET', '/v1/skus/phone/audit').catch(() => undefined);
    const startedAt = performance.now();
    const exit = await engine.stop();
    const tookMs = performance.now() - startedAt;
    t.same(exit, { code: 0, signal: null });
    t.ok(tookMs < 4500, `within DRAIN_MS (${Math.round(tookMs)} ms)`);
    await waiting;
    await blocker.query('ROLLBACK');
    const next = new Shop(await startEngine(t, stores));
    t.equal((await next.shop('GET', `/v1/holds/${holdId}`)).body.state, 'held');
    t.same((await next.audit('phone')).differences, []);
});
//# sourceMappingURL=shutdown.test.js.map