import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, LOOPBACK } from './ports.js';
import { endProcess, endWithUs, exitOf, processDirectory, sendSignal, waitUntilGone, } from './processes.js';
import { ADMIN_USER, ENGINE_USER, passwordsOf, RECOVERY_USER, readPasswords, userLines, } from './redis-access.js';
import { ensureRedisServer } from './redis-binary.js';
import { hasLoaded, redisDirectory, redisPid } from './redis-wire.js';
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 15_000;
const PORT_ATTEMPTS = 5;
const POLL_MS = 10;
/** The settings that make an acknowledged write survive a crash of the process or of the power. */
export function durableSettings(maxMemoryBytes) {
    return {
        appendonly: 'yes',
        appendfsync: 'always',
        'no-appendfsync-on-rewrite': 'no',
        'aof-load-truncated': 'no',
        maxmemory: String(maxMemoryBytes),
        'maxmemory-policy': 'noeviction',
        save: '""',
        // A rewrite takes a core for seconds: not each time a sale has written another 64 MiB, which is the default.
        'auto-aof-rewrite-min-size': String(512 * 1024 ** 2),
    };
}
/** Starts a private Redis and waits until it answers. Throws with the end of its log when it does not come up. */
export async function startRedis(options) {
    const server = await ensureRedisServer();
    mkdirSync(options.directory, { recursive: true });
    // Redis reports its directory with links resolved; the leftover check compares with that.
    const directory = realpathSync(options.directory);
    await endLeftoverRedis(directory);
    for (let attempt = 1;; attempt += 1) {
        const port = options.port ?? (await freePort());
        const instance = new RedisInstance(server, directory, port, options);
        try {
            await instance.launch();
            return instance;
        }
        catch (error) {
            const portTaken = /Address already in use/.test(String(error));
            if (!portTaken || options.port !== undefined || attempt === PORT_ATTEMPTS)
                throw error;
        }
    }
}
class RedisInstance {
    url;
    engineUrl;
    recoveryUrl;
    adminUrl;
    port;
    directory;
    #passwords;
    #server;
    #options;
    #child;
    #exit;
    constructor(server, directory, port, options) {
        this.#server = server;
        this.#options = options;
        this.directory = directory;
        this.port = port;
        this.#passwords = passwordsOf(directory);
        const { engine, recovery, admin } = this.#passwords;
        this.recoveryUrl = `redis://${RECOVERY_USER}:${recovery}@${LOOPBACK}:${port}`;
        this.engineUrl = `redis://${ENGINE_USER}:${engine}@${LOOPBACK}:${port}`;
        this.adminUrl = `redis://${ADMIN_USER}:${admin}@${LOOPBACK}:${port}`;
        this.url = options.access === 'users' ? this.engineUrl : `redis://${LOOPBACK}:${port}`;
    }
    get pid() {
        const pid = this.#child?.pid;
        if (pid === undefined)
            throw new Error('Redis was never started');
        return pid;
    }
    async launch() {
        const configFile = join(this.directory, 'redis.conf');
        const logFile = join(this.directory, 'redis.log');
        writeFileSync(configFile, this.#configText(logFile));
        const logStart = existsSync(logFile) ? readFileSync(logFile, 'utf8').length : 0;
        this.#exit = undefined;
        const child = spawn(this.#server, [configFile], {
            cwd: this.directory,
            env: { ...process.env, ...this.#options.env },
            stdio: 'ignore',
            // Its own session: Ctrl-C on the terminal must reach the engine first, the stores last.
            detached: true,
        });
        this.#child = child;
        child.once('error', () => undefined);
        const forget = child.pid === undefined ? undefined : endWithUs(child.pid, 'SIGTERM');
        void exitOf(child).then((exit) => {
            forget?.();
            if (this.#child === child)
                this.#exit = exit;
        });
        // Before it is ready, so that a crash of ours during a long load leaves a server that the next start finds.
        if (child.pid !== undefined)
            writeState(this.directory, { pid: child.pid, port: this.port });
        const deadline = Date.now() + START_TIMEOUT_MS;
        const peer = peerOf(this.port, this.#passwords);
        while (!(await hasLoaded(peer)) || (await redisPid(peer)) !== child.pid) {
            if (this.#exit !== undefined || Date.now() > deadline) {
                await this.stop();
                throw new Error(whyNotStarted(this.port, this.directory, logEnd(logFile, logStart)));
            }
            await delay(POLL_MS);
        }
        child.unref();
    }
    async stop() {
        const child = this.#child;
        if (child?.pid === undefined || this.#exit !== undefined)
            return;
        child.ref();
        const exited = exitOf(child);
        // SIGKILL as the last resort loses nothing: everything acknowledged is already on disk.
        await endProcess(child.pid, ['SIGTERM', 'SIGKILL'], STOP_GRACE_MS);
        this.#exit = await exited;
        removeState(this.directory);
    }
    async kill(signal) {
        sendSignal(this.pid, signal);
        if (signal === 'SIGSTOP' || signal === 'SIGCONT')
            return;
        this.#child?.ref();
        if (!(await waitUntilGone(this.pid, STOP_GRACE_MS))) {
            throw new Error(`redis-server ${this.pid} outlived ${signal}`);
        }
        this.#child?.unref();
    }
    async restart() {
        await this.stop();
        await this.launch();
    }
    #configText(logFile) {
        const settings = {
            bind: LOOPBACK,
            port: String(this.port),
            dir: JSON.stringify(this.directory),
            logfile: JSON.stringify(logFile),
            daemonize: 'no',
            ...durableSettings(this.#options.maxMemoryBytes ?? 1024 ** 3),
            ...this.#options.extra,
        };
        const users = userLines(this.#passwords, this.#options.access ?? 'open');
        const lines = [...Object.entries(settings).map(([name, value]) => `${name} ${value}`), ...users];
        return `# Written at every start; changes here are lost.\n${lines.join('\n')}\n`;
    }
}
function peerOf(port, passwords) {
    return {
        port,
        login: passwords === undefined ? undefined : { user: ADMIN_USER, password: passwords.admin },
    };
}
/**
 * A power cut or a kill may leave half a write at the end of the file. Redis does not start then (`aof-load-truncated no`): a person should
 * know, and cut the half write off. It was never acknowledged, because an answer waits for the whole write to be on disk.
 */
function whyNotStarted(port, directory, log) {
    const sentence = `redis-server did not start on port ${port}`;
    if (!/Unexpected end of file reading the append only file/.test(log))
        return `${sentence}: ${log}`;
    const files = join(directory, 'appendonlydir');
    return (`${sentence}: its append-only file ends in the middle of a write, as a power cut or a kill can leave it. Keep a copy of ${files}, ` +
        `run redis-check-aof --fix ${join(files, 'appendonly.aof.manifest')} and start again: it cuts off the half write, which was never ` +
        'acknowledged. Should more be gone, the engine says store_rolled_back and sells nothing.');
}
function logEnd(logFile, from) {
    if (!existsSync(logFile))
        return 'it wrote no log';
    return readFileSync(logFile, 'utf8').slice(from).trim().split('\n').slice(-5).join('\n');
}
function stateFile(directory) {
    return join(directory, 'redis.state.json');
}
function writeState(directory, state) {
    writeFileSync(stateFile(directory), JSON.stringify(state));
}
function removeState(directory) {
    rmSync(stateFile(directory), { force: true });
}
function readState(directory) {
    try {
        const state = JSON.parse(readFileSync(stateFile(directory), 'utf8'));
        if (typeof state.pid === 'number' && typeof state.port === 'number')
            return { pid: state.pid, port: state.port };
    }
    catch {
        // No state, or half a file from a crash: then the process below is found by nobody and the port check decides.
    }
    return undefined;
}
/**
 * Ends a server that a crashed run left behind on this directory: two servers on one append-only file destroy it.
 * Believes a pid only when that process says itself that it works in this directory, because pids are reused.
 */
export async function endLeftoverRedis(directory) {
    const state = readState(directory);
    if (state === undefined)
        return;
    const real = realpathSync(directory);
    const peer = peerOf(state.port, readPasswords(directory));
    const answersForUs = (await redisDirectory(peer)) === real && (await redisPid(peer)) === state.pid;
    if (answersForUs || processDirectory(state.pid) === real) {
        await endProcess(state.pid, ['SIGTERM', 'SIGKILL'], STOP_GRACE_MS);
    }
    removeState(directory);
}
//# sourceMappingURL=redis.js.map