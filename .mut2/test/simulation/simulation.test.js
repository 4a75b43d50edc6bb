import t from 'tap';
import { runSeeds } from './runner.js';
import { runSeed } from './seeds.js';
t.setTimeout(300_000);
/** CI runs ten thousand more (`npm run simulate -- --seeds 10000`). */
const SEEDS = 200;
t.test('the same seed gives the same life, step by step', async (t) => {
    const seeds = [11, 12, 13, 14, 15, 16];
    const first = [];
    for (const seed of seeds)
        first.push((await runSeed(seed)).hash);
    const again = [];
    for (const seed of seeds.toReversed())
        again.unshift((await runSeed(seed)).hash);
    t.same(again, first);
    t.equal(new Set(first).size, seeds.length, 'and another seed another one');
});
t.test('whatever goes wrong, every rule holds', async (t) => {
    const { failures, coverage, seeds } = await runSeeds({ from: 1, count: SEEDS });
    for (const { seed, violations } of failures) {
        const [first] = violations;
        t.fail(`${first?.rule}: ${first?.what}; see it again: npm run simulate -- --seed ${seed}`);
    }
    t.equal(seeds, SEEDS);
    for (const what of ['shard death', 'power cut of redis', 'roll-back told', 'answer hold held']) {
        t.ok((coverage[what] ?? 0) > 0, `seen: ${what}`);
    }
});
//# sourceMappingURL=simulation.test.js.map