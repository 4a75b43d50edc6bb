import { createProgress } from '../../src/cli/progress.js';
import { generate } from './generate.js';
import { Lane } from './lane.js';
import { FUZZ_HELP, parseFuzzOptions } from './options.js';
import { runPass } from './run.js';
import { openTarget } from './target.js';
const SHOWN_BYTES = 4000;
/** The command. Answers its exit code: 0 nothing found, 1 something, 130 interrupted. Rejects when it cannot run. */
export async function runFuzz(argv, isStopped) {
    const options = parseFuzzOptions(argv);
    if (options === 'help') {
        process.stdout.write(FUZZ_HELP);
        return 0;
    }
    if (options.only !== undefined)
        return await runOne(options, options.only);
    process.stdout.write(`Seed ${options.seed}, ${options.inputs.toLocaleString('en')} inputs\n`);
    const progress = createProgress(process.stderr);
    let failed = false;
    const share = Math.ceil(options.inputs / options.passes.length);
    for (const [number, auth] of options.passes.entries()) {
        const from = number * share;
        const count = Math.min(share, options.inputs - from);
        if (count <= 0 || isStopped())
            break;
        progress.stage(`AUTH=${auth}`, count);
        const report = await runPass(options, auth, from, count, { step: () => progress.step(), isStopped });
        progress.stop();
        process.stdout.write(textOf(report, options));
        failed ||= report.findings.length > 0 || report.leftovers.length > 0;
    }
    if (isStopped())
        return 130;
    process.stdout.write(failed ? 'Something was found.\n' : 'Nothing was found.\n');
    return failed ? 1 : 0;
}
async function runOne(options, index) {
    const target = await openTarget(options, options.passes[0]);
    try {
        const input = generate(options.seed, index, target.key);
        const { hostname, port } = target[input.listener];
        const lane = new Lane(hostname, Number(port));
        const outcome = await lane.send(input);
        lane.close();
        const shown = {
            family: input.family,
            ending: input.ending,
            expected: input.expected,
            cuts: input.cuts,
            ...outcome,
        };
        process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n${escaped(input.bytes)}\n`);
        return outcome.failure === undefined ? 0 : 1;
    }
    finally {
        await target.stop();
    }
}
function textOf(report, options) {
    const { inputs, seconds, busy, before, after } = report;
    const counts = (map) => [...map]
        .sort(([a], [b]) => String(a).localeCompare(String(b)))
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
    const lines = [
        `AUTH=${report.auth}: ${inputs.toLocaleString('en')} inputs in ${seconds.toFixed(0)} s (${Math.round(inputs / seconds)} a second)`,
        `  inputs   ${counts(report.families)}`,
        `  answers  ${counts(report.answers)}`,
        `  busy     ${busy} answered 503`,
    ];
    if (before !== undefined && after !== undefined)
        lines.push(`  engine   open files ${before.openFiles} → ${after.openFiles}, resident ${before.residentMb} → ${after.residentMb} MB`);
    for (const sentence of report.leftovers)
        lines.push(`  FOUND    ${sentence}`);
    for (const finding of report.findings)
        lines.push(describe(finding, options));
    return `${lines.join('\n')}\n`;
}
function describe({ auth, index, input, failure, smallest }, { seed }) {
    const bytes = smallest.length > 0 ? smallest : input.bytes;
    const alone = smallest.length > 0 ? 'smallest that fails alike' : 'did not fail again alone; as it was sent';
    return [
        `  FOUND    ${input.family}: ${failure}`,
        `    again:  npm run fuzz -- --seed ${seed} --auth ${auth} --only ${index}`,
        `    by hand (${alone}): printf '%s' '${bytes.subarray(0, SHOWN_BYTES).toString('base64')}' | base64 -d | nc -q 2 HOST PORT`,
        `    ${escaped(bytes)}`,
    ].join('\n');
}
function escaped(bytes) {
    return JSON.stringify(bytes.toString('latin1', 0, SHOWN_BYTES));
}
//# sourceMappingURL=main.js.map