import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { exitOf } from '../../services/processes.js';
import { readTap } from './tap.js';
const GRACE_MS = 5_000;
const ERROR_CHARACTERS_MAX = 16 * 1024;
/**
 * Runs each file in a Node process of its own, as a person would by hand. Not with the `tap` command: it loads hooks into
 * every process that a test starts, also into the engine, and what is tested would not be what runs in production.
 */
export async function runTestFiles(options) {
    const waiting = [...options.files];
    const work = async () => {
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
            if (options.interrupted.aborted)
                return;
            options.onFile(await runFile(file, options));
        }
    };
    await Promise.all(Array.from({ length: options.jobs }, work));
}
async function runFile(file, options) {
    const begin = performance.now();
    const timeoutMs = options.longFiles?.test(file) === true ? 4 * options.timeoutMs : options.timeoutMs;
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
        cwd: options.root,
        // tap's own limit comes first, because tap can say which test it was in.
        env: {
            ...process.env,
            ...options.environment,
            TAP: '1',
            TAP_TIMEOUT: String(Math.ceil(timeoutMs / 1000)),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its own group: Ctrl-C comes from here as one SIGTERM, after which tap says which test it was in.
        detached: true,
    });
    const graceMs = options.graceMs ?? GRACE_MS;
    let errorText = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
        errorText = (errorText + chunk).slice(-ERROR_CHARACTERS_MAX);
    });
    const exited = exitOf(child);
    let timedOut = false;
    const end = () => void endFile(child, exited, graceMs);
    const timer = setTimeout(() => {
        timedOut = true;
        end();
    }, timeoutMs + graceMs);
    options.interrupted.addEventListener('abort', end);
    // Not its end of output: a process that it left behind may hold that open for ever.
    const result = readTap(child.stdout, exited);
    const exit = await exited;
    clearTimeout(timer);
    options.interrupted.removeEventListener('abort', end);
    const seconds = (performance.now() - begin) / 1000;
    return { ...(await result), file, seconds, exit, timedOut, errorText };
}
async function endFile(child, exited, graceMs) {
    child.kill('SIGTERM');
    const still = delay(graceMs, 'still', { ref: false });
    if ((await Promise.race([exited, still])) === 'still')
        child.kill('SIGKILL');
}
//# sourceMappingURL=runner.js.map