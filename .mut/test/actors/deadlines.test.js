import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { TestEngine, wordOf } from './harness.js';
leftovers(t);
t.setTimeout(120_000);
t.test('stock of expired holds is back on sale without anybody asking', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone', { total: 2, holdTtlMs: 300 });
    await engine.open('phone');
    const first = await engine.ask(engine.holdCommand('phone', { quantity: 2 }));
    if (first.kind !== 'hold')
        throw new Error(JSON.stringify(first));
    await until(() => engine.verdict('phone') === 'sold_out', { pollMs: 2 });
    await until(() => engine.verdict('phone') === 'ask_new', { pollMs: 2 });
    t.ok(Date.now() >= first.hold.expiresAt - 50, 'not before the deadline');
    t.equal(wordOf(await engine.ask(engine.holdCommand('phone', { quantity: 2 }))), 'held');
    const { holdId } = first.hold;
    t.equal(wordOf(await engine.ask({ kind: 'read_hold', holdId })), 'expired');
    t.equal(wordOf(await engine.ask({ kind: 'confirm', holdId, paymentRef: 'late', actor: '' })), 'hold_expired', 'a confirm after the deadline never confirms');
});
t.test('thousands of holds with one deadline all come back', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone', { total: 5000, holdTtlMs: 1000 });
    await engine.open('phone');
    const words = await Promise.all(Array.from({ length: 5000 }, async () => wordOf(await engine.ask(engine.holdCommand('phone')))));
    t.equal(words.filter((word) => word === 'held').length, 5000);
    await until(async () => (await engine.read('phone')).available === 5000);
});
t.test('a SKU opens at its time, not before, and closes at its time', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    const opensAt = Date.now() + 500;
    const closesAt = opensAt + 700;
    await engine.define('phone', { opensAt, closesAt });
    let word = '';
    let attempts = 0;
    while (word !== 'held') {
        const outcome = await engine.buy('phone', { key: `attempt-${attempts}` });
        word = outcome.kind === 'board' ? outcome.verdict : wordOf(outcome);
        if (word === 'held')
            t.ok(Date.now() >= opensAt, 'nobody was let in before');
        else if (word !== 'not_open')
            t.fail(word);
        attempts += 1;
        // Answers of the board come at once: leave the event loop some time.
        await new Promise((resolve) => setImmediate(resolve));
        if (attempts > 1_000_000)
            break;
    }
    t.ok(attempts > 1, `${attempts} attempts`);
    t.equal(engine.verdict('phone'), 'ask_new');
    await until(() => engine.verdict('phone') === 'closed', { pollMs: 2 });
    t.ok(Date.now() >= closesAt - 5);
    t.equal((await engine.read('phone')).state, 'closed');
});
t.test('a patched time replaces the old one', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone', { opensAt: Date.now() + 3_600_000 });
    await until(() => engine.verdict('phone') === 'not_open');
    await engine.ask({ kind: 'patch', patch: { sku: 'phone', opensAt: Date.now() + 50 }, actor: '' });
    await until(async () => (await engine.read('phone')).state === 'open', { timeoutMs: 2000 });
    t.pass('open');
});
//# sourceMappingURL=deadlines.test.js.map