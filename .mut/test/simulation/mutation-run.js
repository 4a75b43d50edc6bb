import { runSeed } from './seeds.js';
/**
 * Runs seeds (separated by commas), each with the fault `aim` if it is not empty, until one breaks a rule of `rules` (without any: any rule), and prints how far it came. For
 * a process of its own: it imports the code of the copy that it lies in.
 */
async function run([seeds = '', aim = '', ...rules]) {
    const others = {};
    let done = 0;
    for (const seed of seeds.split(',').map(Number)) {
        done += 1;
        for (const { rule, what } of (await runSeed(seed, aim === '' ? {} : { aim })).violations) {
            if (rules.length === 0 || rules.includes(rule))
                return { seeds: done, caught: { seed, rule, what }, others };
            others[rule] ??= seed;
        }
    }
    return { seeds: done, caught: undefined, others };
}
process.stdout.write(`\n${JSON.stringify(await run(process.argv.slice(2)))}\n`);
//# sourceMappingURL=mutation-run.js.map