import t from 'tap';
import { threadSpawner } from '../../src/actors/shard-worker.js';
import { SharedState, StopReason } from '../../src/domain/shared-state.js';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { initialise, TestEngine, wordOf } from './harness.js';
leftovers(t);
t.setTimeout(120_000);
t.test('while the ledger is too far behind nothing new is held, and everything else goes on', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone');
    await engine.open('phone');
    const before = engine.holdCommand('phone', { quantity: 2, buyerId: 'ann' });
    t.equal(wordOf(await engine.ask(before)), 'held');
    engine.shared.raiseStop(StopReason.LedgerTooFarBehind);
    t.match(await engine.ask(engine.holdCommand('phone')), { code: 'unavailable', retryAfterSeconds: 1 });
    t.match(await engine.ask(engine.holdCommand('phone', { certainlyNew: true })), { code: 'unavailable' });
    t.match(await engine.ask(before), { kind: 'hold', replayed: true }, 'a replay gets its hold');
    t.equal(wordOf(await engine.ask({ ...before, quantity: 3 })), 'idempotency_mismatch');
    const { holdId } = before;
    t.equal(wordOf(await engine.ask({ kind: 'confirm', holdId, paymentRef: 'p', actor: '' })), 'confirmed');
    engine.shared.clearStop(StopReason.LedgerTooFarBehind);
    t.equal(wordOf(await engine.ask(engine.holdCommand('phone'))), 'held');
});
t.test('a store that is behind what was seen stops the selling', async (t) => {
    const redis = await freshRedis(t);
    const shared = new SharedState(4);
    const engine = await TestEngine.start(t, redis.url, {}, { shared });
    await engine.define('phone');
    await engine.open('phone');
    const store = await freshRedis(t);
    await initialise(store.url, 4);
    // An older store that this engine had seen further: what a restored backup looks like.
    for (let partition = 0; partition < 4; partition += 1)
        shared.raiseSeqSeen(partition, 1000);
    await until(() => shared.hasStop(StopReason.StoreRolledBack), { what: 'noticed by the poll alone' });
    t.equal(wordOf(await engine.ask(engine.holdCommand('phone'))), 'store_rolled_back');
    t.equal(wordOf(await engine.ask({ kind: 'read_sku', sku: 'phone' })), 'store_rolled_back');
});
t.test('a Redis that is down is unavailable at once, and served again when it is back', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone', { total: 10 });
    await engine.open('phone');
    await redis.kill('SIGKILL');
    await until(() => engine.verdict('phone', 11) === 'ask');
    await until(async () => wordOf(await engine.ask(engine.holdCommand('phone'))) === 'unavailable');
    await until(() => engine.router.status()[0]?.redis.state === 'down');
    await redis.restart();
    await until(async () => wordOf(await engine.ask(engine.holdCommand('phone'))) === 'held');
    await until(() => engine.verdict('phone', 11) === 'sold_out');
    await until(() => engine.router.status()[0]?.redis.state === 'ready');
});
t.test('a Redis that hangs: unknown within the budget, named, and the truth can be asked later', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url, {
        REQUEST_BUDGET_MS: '1000',
        STOCK_TIMEOUT_MS: '300',
    });
    await engine.define('phone', { total: 1000, holdTtlMs: 3000 });
    await engine.open('phone');
    await redis.kill('SIGSTOP');
    const commands = Array.from({ length: 50 }, () => engine.holdCommand('phone'));
    const startedAt = performance.now();
    const outcomes = await Promise.all(commands.map((command) => engine.ask(command)));
    const tookMs = performance.now() - startedAt;
    await redis.kill('SIGCONT');
    t.ok(tookMs <= 1100, `answered after ${Math.round(tookMs)} ms`);
    for (const [index, outcome] of outcomes.entries()) {
        if (wordOf(outcome) !== 'outcome_unknown')
            t.fail(JSON.stringify(outcome));
        t.match(outcome, { holdId: commands[index].holdId });
    }
    await until(async () => wordOf(await engine.ask(engine.holdCommand('phone'))) === 'held');
    const truth = await Promise.all(commands.map(async ({ holdId }) => wordOf(await engine.ask({ kind: 'read_hold', holdId }))));
    t.ok(truth.every((word) => ['held', 'expired', 'unknown_hold'].includes(word)));
    await until(async () => (await engine.read('phone')).available === 1000);
});
t.test('a closed engine refuses, and what it took it answers', async (t) => {
    const redis = await freshRedis(t);
    const engine = await TestEngine.start(t, redis.url);
    await engine.define('phone');
    await engine.open('phone');
    const outcomes = Array.from({ length: 100 }, () => engine.ask(engine.holdCommand('phone')));
    await engine.router.drain();
    t.equal(engine.router.pending, 0);
    for (const outcome of await Promise.all(outcomes))
        if (wordOf(outcome) !== 'held')
            t.fail(wordOf(outcome));
    await engine.router.close();
    t.equal(wordOf(await engine.ask(engine.holdCommand('phone'))), 'unavailable');
});
t.test('a shard that cannot start says so instead of being started for ever', async (t) => {
    const redis = await freshRedis(t);
    const spawn = threadSpawner({ entry: new URL('./no-such-thread.js', import.meta.url) });
    const deaths = [];
    await t.rejects(TestEngine.start(t, redis.url, {}, { spawn, died: ({ reason }) => deaths.push(reason) }), {
        message: /shard 0 does not start: .*no-such-thread/,
    });
    t.equal(deaths.length, 5);
});
//# sourceMappingURL=stops.test.js.map