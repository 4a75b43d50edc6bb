import { runSeed } from './seeds.js';
/** A process that runs the seeds it is given, for `runSeeds`; ends with its parent. */
process.on('message', (span) => void run(span));
process.on('disconnect', () => process.exit());
async function run({ from, count }) {
    const results = [];
    for (let seed = from; seed < from + count; seed += 1)
        results.push(await runSeed(seed));
    process.send(results);
}
//# sourceMappingURL=worker.js.map