import t from 'tap';
import { threadSpawner } from '../../src/actors/shard-worker.js';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { TestEngine, wordOf } from './harness.js';
leftovers(t);
t.setTimeout(120_000);
t.test('engines on one store see what the others do', async (t) => {
    const redis = await freshRedis(t);
    const [one, two] = await Promise.all([TestEngine.start(t, redis.url), TestEngine.start(t, redis.url)]);
    await one.define('phone', { total: 3 });
    await one.open('phone');
    await until(async () => wordOf(await two.ask({ kind: 'read_sku', sku: 'phone' })) === 'sku');
    await until(() => two.verdict('phone', 3) === 'ask_new');
    const bought = await one.buy('phone', { key: 'the-last-ones', quantity: 3 });
    t.match(bought, { kind: 'hold', replayed: false });
    await until(() => two.verdict('phone') === 'sold_out');
    t.equal(two.verdict('phone', 3, 'the-last-ones'), 'ask', 'a key used elsewhere is not refused');
    t.match(await two.buy('phone', { key: 'the-last-ones', quantity: 3 }), { kind: 'hold', replayed: true });
    t.match(await two.buy('phone', { key: 'the-last-ones', quantity: 3, buyerId: 'somebody-else' }), {
        code: 'idempotency_mismatch',
    });
    if (bought.kind === 'hold') {
        await two.ask({ kind: 'release', holdId: bought.hold.holdId, actor: '' });
    }
    await until(() => one.verdict('phone', 3) === 'ask_new');
    t.equal((await one.read('phone')).available, 3);
});
t.test('both selling at once stay true, and follow each other to the end', async (t) => {
    const redis = await freshRedis(t);
    const engines = await Promise.all([TestEngine.start(t, redis.url), TestEngine.start(t, redis.url)]);
    const [one, two] = engines;
    await one.define('phone', { total: 1000, buyerLimit: 2 });
    await one.open('phone');
    await until(() => two.verdict('phone') === 'ask_new');
    let held = 0;
    const client = async (index) => {
        for (let attempt = 0; attempt < 60; attempt += 1) {
            const engine = engines[(index + attempt) % 2];
            const outcome = await engine.buy('phone', {
                key: `client-${index}-${attempt}`,
                buyerId: `buyer-${(index * 60 + attempt) % 900}`,
            });
            if (outcome.kind === 'hold')
                held += 1;
        }
    };
    await Promise.all(Array.from({ length: 64 }, (_, index) => client(index)));
    t.equal(held, 1000, 'exactly what there was');
    for (const engine of engines) {
        await until(() => engine.verdict('phone') === 'sold_out');
        t.match(await engine.read('phone'), { available: 0, held: 1000 });
    }
});
t.test('a restarted engine refuses no replay of what was sold before', async (t) => {
    const redis = await freshRedis(t);
    const before = await TestEngine.start(t, redis.url);
    await before.define('phone', { total: 1 });
    await before.open('phone');
    t.match(await before.buy('phone', { key: 'before-the-restart' }), { kind: 'hold' });
    await before.router.close();
    const after = await TestEngine.start(t, redis.url);
    t.equal((await after.read('phone')).available, 0, 'SKUs are there from the start');
    await until(() => after.verdict('phone') === 'sold_out');
    t.equal(after.verdict('phone', 1, 'before-the-restart'), 'ask');
    t.match(await after.buy('phone', { key: 'before-the-restart' }), { kind: 'hold', replayed: true });
});
t.test('a restarted shard keeps its rows and knows the keys of its earlier life', async (t) => {
    const redis = await freshRedis(t);
    const spawn = threadSpawner({ entry: new URL('./faulty-thread.js', import.meta.url) });
    const engine = await TestEngine.start(t, redis.url, {}, { spawn });
    const other = await TestEngine.start(t, redis.url);
    await engine.define('phone', { total: 2 });
    await engine.open('phone');
    await engine.buy('phone', { key: 'own-key-1' });
    await until(() => other.verdict('phone') === 'ask_new');
    const rows = engine.router.board.size;
    const { BroadcastChannel } = await import('node:worker_threads');
    const channel = new BroadcastChannel('holdfast-test-fault');
    channel.postMessage({ fault: 'loop', shard: 0 });
    await until(() => engine.verdict('phone') === 'ask', {
        what: 'a row that nobody refreshes is not trusted',
    });
    // While the shard is stuck, another engine sells the last one.
    t.match(await other.buy('phone', { key: 'other-key-1' }), { kind: 'hold' });
    await until(() => engine.router.status()[0]?.restarts === 1);
    await until(() => engine.verdict('phone') === 'sold_out');
    channel.close();
    t.equal(engine.router.board.size, rows);
    t.equal(engine.verdict('phone', 1, 'own-key-1'), 'ask');
    t.equal(engine.verdict('phone', 1, 'other-key-1'), 'ask', 'made while the shard was dead');
});
//# sourceMappingURL=several-engines.test.js.map