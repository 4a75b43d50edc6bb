import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { recordIdentity, removeIdentity } from './process-identity.js';
import { endWithUs, exitOf, sendSignal } from './processes.js';
import { restartLimit } from './restart-limit.js';
function isReady(message) {
    return typeof message === 'object' && message !== null && message.kind === 'ready';
}
/** Starts the engine and looks after it until `stop`, `kill`, or until it died too often. */
export function superviseEngine(options) {
    const limit = options.restarts ?? restartLimit();
    const interrupted = new AbortController();
    let child;
    let killTimer;
    const run = async () => {
        for (let served = false;;) {
            child = startEngineProcess(options);
            child.on('message', (message) => {
                if (!isReady(message))
                    return;
                served = true;
                options.onReady(message);
            });
            const exit = await exitOf(child);
            if (interrupted.signal.aborted)
                return exit.code === 0 || killTimer === undefined ? 0 : 1;
            // Before it ever served the reason is a setting or a store, and would be the same the next time.
            if (!served)
                return failed(options, `The engine could not start (${describe(exit)}).`);
            const waitMs = limit.next(Date.now());
            if (waitMs === undefined)
                return failed(options, `The engine keeps ending (${describe(exit)}).`);
            options.note(`The engine ended unexpectedly (${describe(exit)}): starting it again in ${waitMs} ms.`);
            await delay(waitMs, undefined, { signal: interrupted.signal }).catch(() => undefined);
            if (interrupted.signal.aborted)
                return 0;
        }
    };
    const kill = () => {
        interrupted.abort();
        if (child?.pid !== undefined && child.exitCode === null)
            sendSignal(child.pid, 'SIGKILL');
    };
    const finished = run().finally(() => clearTimeout(killTimer));
    return {
        finished,
        kill,
        stop: () => {
            if (interrupted.signal.aborted)
                return;
            interrupted.abort();
            if (child?.pid === undefined || child.exitCode !== null)
                return;
            sendSignal(child.pid, 'SIGTERM');
            killTimer = setTimeout(kill, options.drainMs + (options.graceMs ?? 5_000));
        },
    };
}
function startEngineProcess(options) {
    const child = spawn(process.execPath, ['--enable-source-maps', options.main], {
        env: options.environment,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Its own session: Ctrl-C reaches this process only, which passes it on as one SIGTERM.
        detached: true,
    });
    child.stdout?.on('data', (chunk) => options.log.write(chunk));
    child.stderr?.on('data', (chunk) => options.log.write(chunk));
    if (child.pid !== undefined) {
        const forget = endWithUs(child.pid, 'SIGTERM');
        recordIdentity(options.identityFile, child.pid);
        child.once('exit', () => {
            forget();
            removeIdentity(options.identityFile);
        });
    }
    return child;
}
function describe(exit) {
    return exit.signal ?? `exit code ${exit.code}`;
}
function failed(options, sentence) {
    options.note(sentence);
    return 1;
}
//# sourceMappingURL=supervisor.js.map