import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, LOOPBACK } from './ports.js';
import {
  type Exit,
  endProcess,
  endWithUs,
  exitOf,
  processDirectory,
  sendSignal,
  waitUntilGone,
} from './processes.js';
import {
  ADMIN_USER,
  ENGINE_USER,
  passwordsOf,
  RECOVERY_USER,
  type RedisAccess,
  type RedisPasswords,
  readPasswords,
  userLines,
} from './redis-access.js';
import { ensureRedisServer } from './redis-binary.js';
import { hasLoaded, type RedisPeer, redisDirectory, redisPid } from './redis-wire.js';

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 15_000;
const PORT_ATTEMPTS = 5;
const POLL_MS = 10;

/** How to run a private Redis. */
export interface RedisOptions {
  /** Holds the append-only file, the log and the state file; created when missing. */
  readonly directory: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default 1 GiB. Above it Redis refuses writes instead of evicting. */
  readonly maxMemoryBytes?: number;
  /** Settings by name that replace or add to the durable ones, such as a weaker `appendfsync` as negative control. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Default `open`, which is for tests. */
  readonly access?: RedisAccess;
  /** ACL rules that the engine's and the recovery's user get besides those that are shipped. */
  readonly moreRights?: string;
  /** Added to the environment of the server, such as `LD_PRELOAD`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Redis this process started and looks after. `pid` changes with every restart; `port` and `url` stay. */
export interface RunningRedis {
  /** With all rights where the access is `open`, otherwise the engine's. */
  readonly url: string;
  /** For the engine (`REDIS_URL`): the shipped user with the least it needs. */
  readonly engineUrl: string;
  /** For `holdfast recover`. */
  readonly recoveryUrl: string;
  /** For the check of durable settings (`REDIS_ADMIN_URL`). */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly directory: string;
  /** Ends it with SIGTERM and waits until it is gone. Repeating does nothing. */
  stop(): Promise<void>;
  /** Sends a signal; for one that ends it (not SIGSTOP and SIGCONT) waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it when it runs, then starts it again on the same port and files. */
  restart(): Promise<void>;
}

/** The settings that make an acknowledged write survive a crash of the process or of the power. */
export function durableSettings(maxMemoryBytes: number): Record<string, string> {
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
    // Up to 512 fields, the default, Redis searches a hash from its start: each SKU and hold of a call through a few hundred.
    'hash-max-listpack-entries': '16',
  };
}

/** Starts a private Redis and waits until it answers. Throws with the end of its log when it does not come up. */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  const server = await ensureRedisServer();
  mkdirSync(options.directory, { recursive: true });
  // Redis reports its directory with links resolved; the leftover check compares with that.
  const directory = realpathSync(options.directory);
  await endLeftoverRedis(directory);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const instance = new RedisInstance(server, directory, port, options);
    try {
      await instance.launch();
      return instance;
    } catch (error) {
      const portTaken = /Address already in use/.test(String(error));
      if (!portTaken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

class RedisInstance implements RunningRedis {
  readonly url: string;
  readonly engineUrl: string;
  readonly recoveryUrl: string;
  readonly adminUrl: string;
  readonly port: number;
  readonly directory: string;
  readonly #passwords: RedisPasswords;
  readonly #server: string;
  readonly #options: RedisOptions;
  #child: ChildProcess | undefined;
  #exit: Exit | undefined;

  constructor(server: string, directory: string, port: number, options: RedisOptions) {
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

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('Redis was never started');
    return pid;
  }

  async launch(): Promise<void> {
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
      if (this.#child === child) this.#exit = exit;
    });
    // Before it is ready, so that a crash of ours during a long load leaves a server that the next start finds.
    if (child.pid !== undefined) writeState(this.directory, { pid: child.pid, port: this.port });
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

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#exit !== undefined) return;
    child.ref();
    const exited = exitOf(child);
    // SIGKILL as the last resort loses nothing: everything acknowledged is already on disk.
    await endProcess(child.pid, ['SIGTERM', 'SIGKILL'], STOP_GRACE_MS);
    this.#exit = await exited;
    removeState(this.directory);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    sendSignal(this.pid, signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    this.#child?.ref();
    if (!(await waitUntilGone(this.pid, STOP_GRACE_MS))) {
      throw new Error(`redis-server ${this.pid} outlived ${signal}`);
    }
    this.#child?.unref();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  #configText(logFile: string): string {
    const settings: Record<string, string> = {
      bind: LOOPBACK,
      port: String(this.port),
      dir: JSON.stringify(this.directory),
      logfile: JSON.stringify(logFile),
      daemonize: 'no',
      ...durableSettings(this.#options.maxMemoryBytes ?? 1024 ** 3),
      ...this.#options.extra,
    };
    const { access = 'open', moreRights = '' } = this.#options;
    const users = userLines(this.#passwords, access, moreRights);
    const lines = [...Object.entries(settings).map(([name, value]) => `${name} ${value}`), ...users];
    return `# Written at every start; changes here are lost.\n${lines.join('\n')}\n`;
  }
}

function peerOf(port: number, passwords: RedisPasswords | undefined): RedisPeer {
  return {
    port,
    login: passwords === undefined ? undefined : { user: ADMIN_USER, password: passwords.admin },
  };
}

/**
 * A power cut or a kill may leave half a write at the end of the file. Redis does not start then (`aof-load-truncated no`): a person should
 * know, and cut the half write off. It was never acknowledged, because an answer waits for the whole write to be on disk.
 */
function whyNotStarted(port: number, directory: string, log: string): string {
  const sentence = `redis-server did not start on port ${port}`;
  if (!/Unexpected end of file reading the append only file/.test(log)) return `${sentence}: ${log}`;
  const files = join(directory, 'appendonlydir');
  return (
    `${sentence}: its append-only file ends in the middle of a write, as a power cut or a kill can leave it. Keep a copy of ${files}, ` +
    `run redis-check-aof --fix ${join(files, 'appendonly.aof.manifest')} and start again: it cuts off the half write, which was never ` +
    'acknowledged. Should more be gone, the engine says store_rolled_back and sells nothing.'
  );
}

function logEnd(logFile: string, from: number): string {
  if (!existsSync(logFile)) return 'it wrote no log';
  return readFileSync(logFile, 'utf8').slice(from).trim().split('\n').slice(-5).join('\n');
}

interface State {
  readonly pid: number;
  readonly port: number;
}

function stateFile(directory: string): string {
  return join(directory, 'redis.state.json');
}

function writeState(directory: string, state: State): void {
  writeFileSync(stateFile(directory), JSON.stringify(state));
}

function removeState(directory: string): void {
  rmSync(stateFile(directory), { force: true });
}

function readState(directory: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(stateFile(directory), 'utf8')) as Partial<State>;
    if (typeof state.pid === 'number' && typeof state.port === 'number')
      return { pid: state.pid, port: state.port };
  } catch {
    // No state, or half a file from a crash: then the process below is found by nobody and the port check decides.
  }
  return undefined;
}

/**
 * Ends a server that a crashed run left behind on this directory: two servers on one append-only file destroy it.
 * Believes a pid only when that process says itself that it works in this directory, because pids are reused.
 */
export async function endLeftoverRedis(directory: string): Promise<void> {
  const state = readState(directory);
  if (state === undefined) return;
  const real = realpathSync(directory);
  const peer = peerOf(state.port, readPasswords(directory));
  const answersForUs = (await redisDirectory(peer)) === real && (await redisPid(peer)) === state.pid;
  if (answersForUs || processDirectory(state.pid) === real) {
    await endProcess(state.pid, ['SIGTERM', 'SIGKILL'], STOP_GRACE_MS);
  }
  removeState(directory);
}
