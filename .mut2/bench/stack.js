import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../src/services/postgres.js';
import { startRedis } from '../src/services/redis.js';
const ENGINE = fileURLToPath(new URL('../src/main.js', import.meta.url));
const ECHO = fileURLToPath(new URL('./echo-server.js', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 30_000;
const REDIS_MEMORY_BYTES = 8 * 1024 ** 3;
const running = new Set();
/** Ends everything that was started here and still runs; for Ctrl-C. */
export async function stopEverything() {
    await Promise.allSettled([...running].map((stop) => stop()));
}
/** Starts all three and waits until the engine serves. Throws with what the engine wrote when it does not. */
export async function startStack(options = {}) {
    const directory = mkdtempSync(join(tmpdir(), 'bench-of-holdfast-'));
    const stops = [];
    const stop = async () => {
        for (const end of stops.splice(0).reverse())
            await end();
        rmSync(directory, { recursive: true, force: true });
        running.delete(stop);
    };
    running.add(stop);
    try {
        const [redis, postgres] = await startStores(directory, stops);
        const databaseUrl = await postgres.createDatabase('holdfast');
        const child = spawn(process.execPath, [...profileFlags(options.profile), ENGINE], {
            env: engineEnvironment(redis.url, databaseUrl, options),
            stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        });
        stops.push(() => endChild(child));
        const ready = await readyMessage(child);
        return {
            storefrontUrl: String(ready.storefrontUrl),
            operationsUrl: String(ready.operationsUrl),
            redisUrl: redis.url,
            databaseUrl,
            enginePid: child.pid,
            redisPid: redis.pid,
            postgresPid: postgres.pid,
            stop,
        };
    }
    catch (error) {
        await stop();
        throw error;
    }
}
async function startStores(directory, stops) {
    const redisDirectory = join(directory, 'redis');
    const postgresDirectory = join(directory, 'postgres');
    const redis = await startRedis({ directory: redisDirectory, maxMemoryBytes: REDIS_MEMORY_BYTES });
    stops.push(() => redis.stop());
    const postgres = await startPostgres({ directory: postgresDirectory });
    stops.push(() => postgres.stop());
    return [redis, postgres];
}
function profileFlags(directory) {
    if (directory === undefined)
        return [];
    mkdirSync(directory, { recursive: true });
    return ['--cpu-prof', `--cpu-prof-dir=${resolve(directory)}`];
}
function engineEnvironment(redisUrl, databaseUrl, options) {
    return {
        ...process.env,
        AUTH: 'off',
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_HOST: '127.0.0.1',
        ADMIN_PORT: '0',
        LOG_LEVEL: 'warn',
        REDIS_URL: redisUrl,
        DATABASE_URL: databaseUrl,
        ...(options.shards === undefined ? {} : { SHARDS: String(options.shards) }),
        ...options.environment,
    };
}
/** The bare echo in its own process. `path` for the 201 answer is `/v1/holds`, for the 409 one `/sold-out/v1/holds`. */
export async function startEcho() {
    const child = spawn(process.execPath, [ECHO], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const stop = async () => {
        await endChild(child);
        running.delete(stop);
    };
    running.add(stop);
    const ready = await readyMessage(child);
    return { url: `http://127.0.0.1:${ready.port}`, pid: child.pid, stop };
}
async function readyMessage(child) {
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk) => {
            // Warnings of a running engine belong on the terminal: they explain odd figures.
            if (ready)
                process.stderr.write(chunk);
            else
                written = (written + chunk).slice(-8000);
        });
    }
    let ready = false;
    return await new Promise((resolve, reject) => {
        const fail = (what) => reject(new Error(`${what}; it wrote:\n${written}`));
        const timer = setTimeout(() => fail('a server was not ready in time'), READY_MS);
        child.once('exit', (code, signal) => {
            clearTimeout(timer);
            fail(`a server ended (${code ?? signal}) before it was ready`);
        });
        child.on('message', (message) => {
            if (message.kind !== 'ready')
                return;
            ready = true;
            clearTimeout(timer);
            resolve(message);
        });
    });
}
async function endChild(child) {
    if (child.exitCode !== null || child.signalCode !== null)
        return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
}
//# sourceMappingURL=stack.js.map