import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../src/cli/arguments.js';
import { HELP, parseOptions } from './options.js';
import { ProgressLine } from './progress.js';
import { grouped, isKept, isRoundKept, markdown, withTable } from './report.js';
import { Runner } from './runner.js';
import { SCENARIOS } from './scenarios/index.js';
/** Runs what `argv` asks for and prints it. Answers the exit code: 0 all promises kept, 1 one was broken, 2 wrongly called. */
export async function runFaults(argv, signal) {
    try {
        const request = parseOptions(argv, SCENARIOS);
        if (request.kind === 'run')
            return await runAll(request.options, signal);
        print(request.kind === 'help'
            ? HELP
            : SCENARIOS.map(({ name, title }) => `${name.padEnd(28)} ${title}`).join('\n'));
        return 0;
    }
    catch (error) {
        if (!(error instanceof UsageError))
            throw error;
        process.stderr.write(`${error.message}\n`);
        return 2;
    }
}
async function runAll(options, signal) {
    for (const { name, needs } of options.scenarios) {
        const need = needs?.();
        if (need !== undefined)
            throw new UsageError(`${name}: ${need}`);
    }
    const progress = new ProgressLine();
    const runner = new Runner(options, signal, (what, load) => progress.stage(what, load));
    let reports;
    try {
        reports = await orAborted(runScenarios(options, runner, progress), signal);
    }
    finally {
        progress.end();
        await runner.close();
    }
    const table = markdown(reports);
    print(`\n${table}\n`);
    if (options.readme !== undefined)
        writeFileSync(options.readme, withTable(readFileSync(options.readme, 'utf8'), table));
    const broken = reports.filter((report) => !isKept(report));
    print(broken.length === 0
        ? 'Every promise was kept.'
        : `Broken: ${broken.map(({ scenario }) => scenario.name).join(', ')}`);
    return broken.length === 0 ? 0 : 1;
}
async function runScenarios(options, runner, progress) {
    const reports = [];
    for (const scenario of options.scenarios) {
        progress.print(`${scenario.name}: ${scenario.title}`);
        const rounds = await runner.run(scenario, (round) => {
            for (const line of linesOf(round, scenario))
                progress.print(line);
        });
        const concluded = scenario.conclude?.(rounds.map(({ verdict }) => verdict)) ?? [];
        for (const sentence of concluded)
            progress.print(`  BROKEN: ${sentence}`);
        reports.push({ scenario, rounds, concluded });
        // After each, so that a long run that is interrupted leaves what it found.
        if (options.json !== undefined)
            writeFileSync(options.json, `${JSON.stringify(reports, null, 2)}\n`);
    }
    return reports;
}
/** What is under way goes on until what it uses is taken away; nobody waits for it. */
function orAborted(work, signal) {
    work.catch(() => undefined);
    return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        work.then(resolve, reject);
    });
}
function linesOf(report, scenario) {
    const { round, counts, acceptedPerSecond, recoveryMs, verdict, seconds } = report;
    const recovered = recoveryMs === undefined ? 'did not sell again' : `sold again after ${grouped(recoveryMs)} ms`;
    const parts = [
        `  round ${String(round).padStart(3)}`,
        `${grouped(acceptedPerSecond)} accepted/s`,
        recovered,
        `${grouped(counts.ok)} ok, ${grouped(counts.refused)} refused, ${grouped(counts.unknown)} unknown`,
        `${seconds.toFixed(1)} s`,
        isRoundKept(verdict, scenario)
            ? keptWord(verdict, scenario)
            : `BROKEN: ${verdict.missing} missing, ${verdict.oversold} oversold`,
    ];
    return [parts.join('  '), ...verdict.broken.map((sentence) => `    ${sentence}`)];
}
function print(text) {
    process.stdout.write(`${text}\n`);
}
function keptWord({ missing }, { isControl }) {
    return isControl ? `${grouped(missing)} missing, and noticed` : 'kept';
}
//# sourceMappingURL=main.js.map