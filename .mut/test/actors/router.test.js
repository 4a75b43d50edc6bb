import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { TestEngine, viewOf, wordOf } from './harness.js';
leftovers(t);
t.setTimeout(120_000);
for (const shards of ['0', '1', '2']) {
    t.test(`sells through ${shards} shard threads`, async (t) => {
        const redis = await freshRedis(t);
        const engine = await TestEngine.start(t, redis.url, { SHARDS: shards });
        await engine.define('phone', { total: 10, buyerLimit: 8 });
        t.equal((await engine.open('phone')).state, 'open');
        const command = engine.holdCommand('phone', { buyerId: 'ann', quantity: 2 });
        const held = await engine.ask(command);
        t.match(held, { kind: 'hold', replayed: false, hold: { state: 'held', sku: 'phone', quantity: 2 } });
        t.match(await engine.ask(command), { kind: 'hold', replayed: true, hold: { holdId: command.holdId } });
        t.match(await engine.ask(engine.holdCommand('phone', { buyerId: 'ann', quantity: 7 })), {
            code: 'buyer_limit',
            limit: 8,
            remaining: 6,
            holdIds: [command.holdId],
        });
        t.match(viewOf(await engine.ask({ kind: 'read_sku', sku: 'phone' })), { available: 8, held: 2 });
        const { holdId } = command;
        t.match(await engine.ask({ kind: 'confirm', holdId, paymentRef: 'pay-1', actor: 'a|b|c' }), {
            kind: 'hold',
            hold: { state: 'confirmed', paymentRef: 'pay-1' },
        });
        t.equal(wordOf(await engine.ask({ kind: 'release', holdId, actor: 'a|b|c' })), 'hold_confirmed');
        t.match(await engine.ask({ kind: 'read_hold', holdId }), { hold: { state: 'confirmed' } });
        const other = engine.holdCommand('phone', { quantity: 8 });
        t.equal(wordOf(await engine.ask(other)), 'held');
        t.match(await engine.ask(engine.holdCommand('phone')), { code: 'sold_out', available: 0 });
        await until(() => engine.verdict('phone') === 'sold_out');
        t.equal(wordOf(await engine.ask({ kind: 'release', holdId: other.holdId, actor: 'a|b|c' })), 'released');
        t.equal(engine.verdict('phone', 8), 'ask_new', 'the latch opens with the release');
        t.equal(engine.verdict('phone', 9), 'sold_out', 'compared with what is asked');
        t.equal(wordOf(await engine.ask(engine.holdCommand('nobody'))), 'unknown_sku');
        t.equal(wordOf(await engine.ask({ kind: 'read_sku', sku: 'nobody' })), 'unknown_sku');
        await engine.define('camera');
        t.same((await engine.router.listSkus({ limit: 10, after: '' })).items.map((view) => view.sku), ['camera', 'phone']);
        t.same((await engine.router.listSkus({ limit: 10, after: '', state: 'scheduled' })).items.length, 1);
        await engine.router.drain();
        t.equal(engine.router.pending, 0);
    });
}
//# sourceMappingURL=router.test.js.map