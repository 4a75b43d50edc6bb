import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, {} from 'tap';
import { engineLog, readable } from '../../src/services/engine-log.js';
import { endRecorded, identify, recordIdentity } from '../../src/services/process-identity.js';
import { isAlive } from '../../src/services/processes.js';
import { restartLimit } from '../../src/services/restart-limit.js';
import { superviseEngine } from '../../src/services/supervisor.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
leftovers(t);
/** Supervises a program in place of the engine; what is tested here is the watching. */
function supervise(t, program, limits = { drainMs: 5_000, graceMs: 5_000 }) {
    const directory = temporaryDirectory(t, 'supervisor');
    const main = join(directory, 'main.mjs');
    writeFileSync(main, program);
    const notes = [];
    const ready = [];
    const logFile = join(directory, 'engine.log');
    const log = engineLog(logFile, (line) => notes.push(line));
    const supervisor = superviseEngine({
        main,
        environment: process.env,
        log,
        identityFile: join(directory, 'engine.process.json'),
        ...limits,
        note: (line) => notes.push(line),
        // The programs here put their pid where the engine has its address.
        onReady: ({ storefrontUrl }) => ready.push(Number(storefrontUrl)),
    });
    t.teardown(async () => {
        supervisor.kill();
        await supervisor.finished;
        await log.close();
    });
    return { supervisor, notes, ready, logFile };
}
const READY = `
  console.log(JSON.stringify({ level: 'info', msg: 'serving' }));
  setInterval(() => {}, 1000);
  process.send({ kind: 'ready', storefrontUrl: String(process.pid), operationsUrl: '' });
`;
t.test('one SIGTERM ends it in order, however often it is asked', async (t) => {
    const program = `let n = 0;
    process.on('SIGTERM', () => { n += 1; setTimeout(() => { console.log('signals ' + n); process.exit(0); }, 50); });
    ${READY}`;
    const { supervisor, ready, logFile } = supervise(t, program);
    await until(() => ready.length === 1);
    supervisor.stop();
    supervisor.stop();
    t.equal(await supervisor.finished, 0);
    await until(() => readFileSync(logFile, 'utf8').includes('signals 1'));
});
t.test('it is started again when it dies, and not for ever', async (t) => {
    const { supervisor, ready, notes } = supervise(t, READY);
    for (let died = 0; died < 2; died += 1) {
        await until(() => ready.length === died + 1);
        process.kill(ready[died] ?? 0, 'SIGKILL');
    }
    await until(() => ready.length === 3);
    t.equal(new Set(ready).size, 3);
    t.match(notes[0], /ended unexpectedly \(SIGKILL\): starting it again in 250 ms/);
    supervisor.kill();
    t.equal(await supervisor.finished, 0);
});
t.test('one that never served is not started again, and its last words are shown', async (t) => {
    const fatal = JSON.stringify({ level: 'fatal', msg: 'PORT: must be a number' });
    const { supervisor, notes } = supervise(t, `console.log('${fatal}'); process.exitCode = 2;`);
    t.equal(await supervisor.finished, 1);
    t.match(notes.join('\n'), /fatal: PORT: must be a number/);
    t.match(notes.join('\n'), /could not start \(exit code 2\)/);
});
t.test('one that does not end in time is killed, and the exit code says so', async (t) => {
    const { supervisor, ready } = supervise(t, `process.on('SIGTERM', () => {}); ${READY}`, {
        drainMs: 100,
        graceMs: 0,
    });
    await until(() => ready.length === 1);
    supervisor.stop();
    t.equal(await supervisor.finished, 1);
});
t.test('an engine that outlived its supervisor is found and ended; a reused pid is left alone', async (t) => {
    const file = join(temporaryDirectory(t, 'identity'), 'engine.json');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    writeFileSync(file, JSON.stringify({ ...identify(pid), startTicks: '1' }));
    await endRecorded(file, 1_000);
    t.ok(isAlive(pid), 'that is another process with the same number');
    recordIdentity(file, pid);
    await endRecorded(file, 1_000);
    t.notOk(isAlive(pid));
    t.notOk(existsSync(file));
});
t.test('restartLimit doubles its delay and gives up within the window only', (t) => {
    const limit = restartLimit(3, 1_000);
    t.same([limit.next(0), limit.next(1), limit.next(2), limit.next(3)], [250, 500, 1_000, undefined]);
    t.equal(limit.next(1_000), 1_000, 'two are still in the window');
    t.end();
});
t.test('the terminal shows warnings and worse, and text that is no log line', (t) => {
    t.equal(readable('{"level":"info","msg":"all is well"}'), undefined);
    t.equal(readable('{"level":"warn","msg":"slow"}'), 'warning: slow');
    t.equal(readable('{"level":"error","msg":"no","err":{"message":"because"}}'), 'error: no: because');
    t.equal(readable('{"level":"fatal","msg":"Not started","reason":"Port 1 is taken"}'), 'fatal: Not started: Port 1 is taken');
    t.equal(readable('Segmentation fault'), 'Segmentation fault');
    t.equal(readable(''), undefined);
    t.end();
});
//# sourceMappingURL=supervisor.test.js.map