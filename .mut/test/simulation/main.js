import { availableParallelism } from 'node:os';
import { parseArguments, UsageError, whole } from '../../src/cli/arguments.js';
import { createProgress } from '../../src/cli/progress.js';
import { FAULTS, LOSSES } from './faults.js';
import { missing } from './floors.js';
import { runSeeds } from './runner.js';
import { runSeed } from './seeds.js';
const SEEDS = 1000;
const SEED_MAX = 2 ** 31;
const SHOWN = 20;
const PROCESSES_MAX = 256;
const USAGE = `Usage: npm run simulate -- [OPTIONS]

Runs two engines on a simulated Redis, Postgres, network and clock, with faults, and audits every answer and event.
A seed decides everything, so what broke can be seen again.

  --seeds N     run N seeds (default ${SEEDS}), in one process for each core of the machine
  --from N      the first of them (default 1)
  --processes N in so many processes
  --seed N      run one seed and print what happens in it, step by step
  --fault NAME  with --seed: let this fault happen too (its name as --coverage prints it)
  --coverage    print how often each fault and each answer was seen
  --help        this

Exit code: 0 all rules held, 1 a rule broke or something was not seen often enough, 2 wrong options.`;
/** Runs what `argv` asks for and prints it; answers the exit code. */
export async function runSimulator(argv) {
    const { values, positionals } = parseArguments(argv, {
        seeds: { type: 'string', default: String(SEEDS) },
        from: { type: 'string', default: '1' },
        processes: { type: 'string', default: String(availableParallelism()) },
        seed: { type: 'string' },
        fault: { type: 'string' },
        coverage: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
    });
    if (values.help) {
        print(USAGE);
        return 0;
    }
    if (positionals.length > 0)
        throw new UsageError(`${positionals.join(' ')} is no option; --help lists the options.`);
    if (values.seed !== undefined)
        return await replay(whole('--seed', values.seed, 0, SEED_MAX), values.fault);
    if (values.fault !== undefined)
        throw new UsageError('--fault goes with --seed; --help lists the options.');
    const count = whole('--seeds', values.seeds, 1, 10_000_000);
    const workers = whole('--processes', values.processes, 1, PROCESSES_MAX);
    return await runMany({ from: whole('--from', values.from, 0, SEED_MAX), count, workers }, values.coverage);
}
async function replay(seed, aim) {
    if (aim !== undefined && !(aim in FAULTS) && !(aim in LOSSES)) {
        const names = [...Object.keys(FAULTS), ...Object.keys(LOSSES)].join(', ');
        throw new UsageError(`--fault ${aim} is none of: ${names}.`);
    }
    const result = await runSeed(seed, { print, ...(aim === undefined ? {} : { aim }) });
    print(`\nseed ${seed}: ${Math.round(result.milliseconds)} ms simulated, trace ${result.hash}`);
    if (result.violations.length === 0) {
        print('All rules held.');
        return 0;
    }
    for (const { at, rule, what } of result.violations)
        print(`${at.toFixed(1)} ms  ${rule}: ${what}`);
    return 1;
}
async function runMany(options, showsCoverage) {
    const progress = createProgress(process.stderr);
    progress.stage('seeds', options.count);
    const begun = performance.now();
    let told = 0;
    let summary;
    try {
        summary = await runSeeds({
            ...options,
            progress: (done) => {
                for (; told < done; told += 1)
                    progress.step();
            },
        });
    }
    finally {
        progress.stop();
    }
    if (showsCoverage)
        printCoverage(summary.coverage);
    const seconds = (performance.now() - begun) / 1000;
    print(`${summary.seeds} seeds in ${seconds.toFixed(1)} s, ${summary.failures.length} broke a rule`);
    for (const failure of summary.failures.slice(0, SHOWN))
        printFailure(failure);
    const hidden = summary.failures.slice(SHOWN).map(({ seed }) => seed);
    if (hidden.length > 0)
        print(`\nand the seeds ${hidden.join(', ')}`);
    const unseen = missing(summary.coverage, summary.seeds);
    for (const sentence of unseen)
        print(sentence);
    return summary.failures.length + unseen.length > 0 ? 1 : 0;
}
function printFailure({ seed, violations }) {
    const [first] = violations;
    print(`\nseed ${seed}: ${first?.rule}: ${first?.what}`);
    print(`  see it again, step by step: npm run simulate -- --seed ${seed}`);
}
function printCoverage(coverage) {
    for (const what of Object.keys(coverage).sort())
        print(`${what.padEnd(50)} ${coverage[what]}`);
}
function print(text) {
    process.stdout.write(`${text}\n`);
}
//# sourceMappingURL=main.js.map