import t from 'tap';
import { LIMITS, SimulatedEngine, SimulatedNetwork, simulatedStore } from './simulated-engine.js';
const RULES = { total: 9, reserved: 0, buyerLimit: 0, holdTtlMs: 60_000, opensAt: 0, closesAt: 0 };
t.test('an event missing among those read means that the partition is loaded anew', async (t) => {
    const { clock, model } = simulatedStore();
    const engine = () => new SimulatedEngine({
        clock,
        network: new SimulatedNetwork(model, clock, () => 0, () => 'none'),
    });
    const [buying, following] = [engine(), engine()];
    for (const { shard } of [buying, following])
        void shard.start();
    for (const sku of ['a', 'b']) {
        await buying.ask({ kind: 'define', definition: { sku, ...RULES }, actor: 'x||' });
        await buying.ask({ kind: 'change_state', sku, action: 'open', actor: 'x||' });
    }
    const seen = () => Object.fromEntries(following.shard.listSkus({ limit: 10, after: '' }).map(({ sku, available }) => [sku, available]));
    await clock.advance(LIMITS.pollMs * 3);
    t.same(seen(), { a: 9, b: 9 });
    const { events } = model.partitions[0];
    const before = events.length;
    // Three calls within less than a poll, so that the follower reads all of them at once.
    for (const [index, sku] of ['a', 'b', 'a'].entries()) {
        buying.buy(sku, `key-${index}-of-three`, 1, 'ada', () => undefined);
        await clock.advance(8);
    }
    t.equal(events.length, before + 3);
    events.splice(before + 1, 1);
    await clock.advance(LIMITS.pollMs * 3);
    t.same(seen(), { a: 7, b: 8 }, 'what the missing event changed is known all the same');
    for (const { shard } of [buying, following])
        shard.close();
});
//# sourceMappingURL=view-follower.test.js.map