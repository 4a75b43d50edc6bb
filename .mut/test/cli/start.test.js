import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, {} from 'tap';
import { freePort } from '../../src/services/ports.js';
import { exitOf } from '../../src/services/processes.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
leftovers(t);
const START = fileURLToPath(new URL('../../src/cli/start.js', import.meta.url));
const READY_LINE = 'Ctrl-C stops everything';
async function place(t) {
    const [port, adminPort] = await Promise.all([freePort(), freePort()]);
    return { directory: temporaryDirectory(t, 'start'), port, adminPort };
}
function start(t, at, ...args) {
    const environment = {
        ...process.env,
        PORT: String(at.port),
        ADMIN_PORT: String(at.adminPort),
    };
    for (const name of ['REDIS_URL', 'DATABASE_URL', 'AUTH'])
        delete environment[name];
    const child = spawn(process.execPath, [START, '--directory', at.directory, ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
        });
    }
    const exited = exitOf(child);
    t.teardown(async () => {
        child.kill('SIGTERM');
        await exited;
    });
    const lines = () => text.split('\n').filter((line) => /^(hold=|curl )/.test(line));
    return { process: child, exited, output: () => text, lines };
}
async function ready(started) {
    let exit;
    void started.exited.then((value) => {
        exit = value;
    });
    await until(() => started.output().includes(READY_LINE) || exit !== undefined, { timeoutMs: 60_000 });
    if (exit !== undefined)
        throw new Error(`it ended (${JSON.stringify(exit)}):\n${started.output()}`);
}
function shell(...lines) {
    return execFileSync('sh', ['-c', lines.join('\n')], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
}
async function interrupt(started) {
    // npm passes Ctrl-C on while the terminal sends it too: the same press arrives twice.
    started.process.kill('SIGINT');
    started.process.kill('SIGINT');
    return await started.exited;
}
t.test('the printed lines work when pasted, Ctrl-C ends everything, and the data stays', async (t) => {
    const at = await place(t);
    const first = start(t, at);
    await ready(first);
    const [hold, confirm, look] = first.lines();
    t.match(shell(hold, confirm), /"state":"confirmed"/);
    t.match(shell(look), /"sold":1,/);
    t.match(shell(hold, confirm), /"state":"confirmed"/, 'pasting again sells another');
    const second = start(t, at);
    t.same(await second.exited, { code: 1, signal: null });
    t.match(second.output(), /^Holdfast runs here already \(process \d+\): stop that one first/);
    const other = start(t, { ...(await place(t)), port: at.port });
    t.same(await other.exited, { code: 1, signal: null });
    t.match(other.output(), new RegExp(`^Port ${at.port} is taken .* PORT=${at.port + 1} npm start`));
    t.same(await interrupt(first), { code: 0, signal: null });
    t.equal(first.output().split('Stopping…').length, 2, 'it stops once');
    const third = start(t, at);
    await ready(third);
    t.match(shell(third.lines()[2]), /"sold":2,/);
    t.same(await interrupt(third), { code: 0, signal: null });
    const fresh = start(t, at, '--fresh');
    await ready(fresh);
    t.match(shell(fresh.lines()[2]), /"sold":0,/);
});
t.test('an engine that dies is started again, and goes on with the same stock', async (t) => {
    const at = await place(t);
    const started = start(t, at);
    await ready(started);
    const [hold, confirm, look] = started.lines();
    shell(hold, confirm);
    const { pid } = JSON.parse(readFileSync(join(at.directory, 'engine.process.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await until(() => started.output().includes('The engine is back.'), { timeoutMs: 30_000 });
    t.match(shell(look), /"sold":1,/);
    t.same(await interrupt(started), { code: 0, signal: null });
    t.notOk(existsSync(join(at.directory, 'lock')));
});
t.test('settings that cannot be used and options that do not exist end it with a sentence', async (t) => {
    const at = await place(t);
    const same = start(t, { ...at, adminPort: at.port });
    t.same(await same.exited, { code: 1, signal: null });
    t.match(same.output(), /ADMIN_PORT: must differ from PORT/);
    const unknown = start(t, at, '--frsh');
    t.same(await unknown.exited, { code: 1, signal: null });
    t.match(unknown.output(), /Unknown option '--frsh'/);
    t.notMatch(unknown.output(), /\n {4}at /, 'no stack');
});
//# sourceMappingURL=start.test.js.map