import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, {} from 'tap';
import { describeFile, failedIn } from '../../../src/cli/testing/report.js';
import { runTestFiles } from '../../../src/cli/testing/runner.js';
import { temporaryDirectory } from '../../support/directories.js';
import { leftovers } from '../../support/leftovers.js';
import { until } from '../../support/until.js';
leftovers(t);
/** Runs programs that print TAP as if they were test files, one after the other. */
async function run(t, programs, timeoutMs = 10_000, interrupted = new AbortController().signal) {
    const root = temporaryDirectory(t, 'runner');
    const files = programs.map((program, index) => {
        writeFileSync(join(root, `${index}.mjs`), program);
        return `${index}.mjs`;
    });
    const reports = [];
    await runTestFiles({
        root,
        files,
        jobs: 1,
        timeoutMs,
        graceMs: 100,
        environment: { HOLDFAST_TEST_DIRECTORY: root },
        interrupted,
        onFile: (report) => reports.push(report),
    });
    return reports;
}
function tap(...lines) {
    return `console.log(${JSON.stringify(['TAP version 14', ...lines].join('\n'))});`;
}
t.test('counts the assertions inside subtests, each once', async (t) => {
    const subtest = ['# Subtest: inner', '    ok 1 - a', '    ok 2 - b', '    1..2', 'ok 1 - inner'];
    const [report] = await run(t, [tap(...subtest, 'ok 2 - c', 'ok 3 - later # SKIP', '1..3')]);
    t.equal(report?.passed, 3);
    t.equal(report && failedIn(report), 0);
    t.match(report && describeFile(report), [/^ {2}ok {3}0\.mjs \(\d+\.\d s, 1 skipped\)$/]);
});
t.test('a failed assertion is named with its details', async (t) => {
    const failed = ['ok 1 - a', 'not ok 2 - b', '  ---', '  diff: "-1 +2"', '  ...', '1..2'];
    const [report] = await run(t, [`${tap(...failed)} process.exitCode = 1;`]);
    t.equal(report && failedIn(report), 1);
    t.match(report && describeFile(report).join('\n'), /^FAILED 0\.mjs.*\n +✗ b\n +diff: -1 \+2/);
});
t.test('a file that crashes, shows nothing, or exits badly has failed', async (t) => {
    const crash = `${tap('ok 1 - a', '1..1')} throw new TypeError('no such thing');`;
    const reports = await run(t, [crash, '', `${tap('ok 1 - a', '1..1')} process.exitCode = 3;`]);
    t.same(reports.map(failedIn), [1, 1, 1]);
    t.match(reports[0] && describeFile(reports[0]).join('\n'), /TypeError: no such thing/);
    t.match(reports[2] && describeFile(reports[2]).join('\n'), /ended with exit code 3/);
});
t.test('a file that leaves everything out has not failed', async (t) => {
    const [report] = await run(t, [tap('ok 1 - needs a file # SKIP not here', '1..1')]);
    t.equal(report && failedIn(report), 0);
});
t.test('a file that takes too long is ended, and the next one runs', async (t) => {
    const stuck = `process.on('SIGTERM', () => {}); ${tap('ok 1 - a')} setInterval(() => {}, 1000);`;
    const reports = await run(t, [stuck, tap('ok 1 - b', '1..1')], 300);
    t.match(reports, [
        { timedOut: true, exit: { signal: 'SIGKILL' } },
        { timedOut: false, passed: 1 },
    ]);
    t.match(reports[0] && describeFile(reports[0]).join('\n'), /took too long/);
});
t.test('an interrupt ends the running file and starts no other', async (t) => {
    const interrupted = new AbortController();
    const started = join(temporaryDirectory(t, 'interrupt'), 'started');
    const stuck = `import { writeFileSync } from 'node:fs'; writeFileSync('${started}', ''); setInterval(() => {}, 1000);`;
    const reports = run(t, [stuck, stuck], 60_000, interrupted.signal);
    await until(() => existsSync(started));
    interrupted.abort();
    t.match(await reports, [{ file: '0.mjs', exit: { signal: 'SIGTERM' }, timedOut: false }]);
    t.equal((await reports).length, 1);
});
//# sourceMappingURL=runner.test.js.map