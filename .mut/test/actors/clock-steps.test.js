import t from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { StockModel } from '../stock/model.js';
import { wordOf } from './harness.js';
import { ManualClock } from './manual-clock.js';
import { SimulatedEngine, SimulatedNetwork } from './simulated-engine.js';
const PARTITIONS = 2;
const HOUR_MS = 3_600_000;
/** One SKU in each partition. */
const [BUSY, QUIET] = [0, 1].map((partition) => Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index)).find((sku) => partitionOf(sku, PARTITIONS) === partition));
/** An engine whose Redis keeps another time than its own clock. */
async function openShop(rules) {
    const clock = new ManualClock();
    const redis = { aheadMs: 0 };
    const model = new StockModel({
        clock: () => Math.floor(clock.now() + redis.aheadMs),
        epoch: 1,
        partitions: PARTITIONS,
        adjustmentRetentionMs: 60_000,
    });
    const network = new SimulatedNetwork(model, clock, () => 0.5, () => 'none');
    const engine = new SimulatedEngine({ clock, network });
    void engine.shard.start();
    for (const sku of [BUSY, QUIET]) {
        const definition = { sku, total: 1000, reserved: 0, buyerLimit: 0, opensAt: 0, closesAt: 0, ...rules };
        await engine.ask({ kind: 'define', definition, actor: 'x||' });
        await engine.ask({ kind: 'change_state', sku, action: 'open', actor: 'x||' });
    }
    let key = 0;
    const buy = async (sku) => {
        key += 1;
        let answer = '';
        engine.buy(sku, `key-${key}`, 1, 'ada', (outcome) => {
            answer = wordOf(outcome);
        });
        for (let waited = 0; answer === '' && waited < 5000; waited += 1)
            await clock.advance(1);
        return answer;
    };
    t.teardown(() => engine.shard.close());
    return { clock, redis, model, buy };
}
t.test('Redis’ clock steps back: every partition goes on selling by its own time', async (t) => {
    const { clock, redis, buy } = await openShop({ holdTtlMs: 60_000 });
    t.equal(await buy(QUIET), 'held');
    await clock.advance(30_000);
    t.equal(await buy(BUSY), 'held');
    redis.aheadMs = -HOUR_MS;
    const answers = new Set();
    for (let round = 0; round < 100; round += 1) {
        answers.add(await buy(BUSY));
        if (round % 10 === 0)
            answers.add(await buy(QUIET));
        await clock.advance(37);
    }
    t.same([...answers], ['held'], 'no request is too late for a partition because another is behind');
});
t.test('Redis’ clock steps forward: what is due by it comes back on sale', async (t) => {
    const { clock, redis, model, buy } = await openShop({ holdTtlMs: 60_000 });
    t.equal(await buy(QUIET), 'held');
    redis.aheadMs = HOUR_MS;
    await clock.advance(31_000);
    t.equal(model.partitions[1].skus.get(QUIET)?.held, 0);
    t.equal(await buy(QUIET), 'held');
});
t.test('Redis’ clock was ahead for a moment: while its time stands still it is not asked all the time', async (t) => {
    const { clock, redis, model, buy } = await openShop({ holdTtlMs: 100 });
    let asked = 0;
    const run = model.run.bind(model);
    model.run = (call) => {
        if (call.operation === 'expire')
            asked += 1;
        return run(call);
    };
    redis.aheadMs = HOUR_MS;
    // A look, by which the engine learns of the time.
    await clock.advance(200);
    t.equal(await buy(BUSY), 'held');
    redis.aheadMs = 0;
    // The hold is due soon by the partition's time, which waits for the clock for an hour.
    await clock.advance(5000);
    asked = 0;
    await clock.advance(60_000);
    t.ok(asked <= 62, `${asked} sweeps in a minute`);
    await clock.advance(HOUR_MS - 66_000);
    t.equal(model.partitions[0].skus.get(BUSY)?.held, 1, 'not before its time');
    await clock.advance(3000);
    t.equal(model.partitions[0].skus.get(BUSY)?.held, 0, 'and soon after it');
});
t.test('while Redis has not told its time nothing is done that could happen much later', async (t) => {
    const clock = new ManualClock();
    let fault = 'none';
    const model = new StockModel({
        clock: () => Math.floor(clock.now() - HOUR_MS),
        epoch: 1,
        partitions: PARTITIONS,
        adjustmentRetentionMs: 60_000,
    });
    const network = new SimulatedNetwork(model, clock, () => 0.9, () => fault);
    const first = new SimulatedEngine({ clock, network });
    const definition = { sku: BUSY, total: 10, reserved: 0, buyerLimit: 0, holdTtlMs: 60_000 };
    const rules = { opensAt: 0, closesAt: 0 };
    await first.ask({ kind: 'define', definition: { ...definition, ...rules }, actor: 'x||' });
    await first.ask({ kind: 'change_state', sku: BUSY, action: 'open', actor: 'x||' });
    const second = new SimulatedEngine({ clock, network });
    fault = 'stuck';
    let answer = '';
    second.buy(BUSY, 'key-1', 1, 'ada', (outcome) => {
        answer = wordOf(outcome);
    });
    await clock.advance(6000);
    t.equal(answer, 'outcome_unknown');
    t.equal(model.partitions[0].holds.size, 0, 'it lay in a socket and came too late');
    for (const engine of [first, second])
        engine.shard.close();
});
//# sourceMappingURL=clock-steps.test.js.map