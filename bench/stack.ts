import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningPostgres, startPostgres } from '../src/services/postgres.js';
import { type RunningRedis, startRedis } from '../src/services/redis.js';

const ENGINE = fileURLToPath(new URL('../src/main.js', import.meta.url));
const ECHO = fileURLToPath(new URL('./echo-server.js', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 30_000;
const REDIS_MEMORY_BYTES = 8 * 1024 ** 3;

/** The engine with a private durable Redis and a private Postgres with `fsync` on, as production would have them. */
export interface Stack {
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly enginePid: number;
  readonly redisPid: number;
  readonly postgresPid: number;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly shards?: number | undefined;
  readonly profile?: string | undefined;
  /** Ctrl-C at the terminal then does not reach the engine, but only whoever started it, and ends it in time. Default false. */
  readonly isShielded?: boolean;
  /** Settings of the engine that differ from its defaults. */
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<() => Promise<void>>();

/** Ends everything that was started here and still runs; for Ctrl-C. */
export async function stopEverything(): Promise<void> {
  await Promise.allSettled([...running].map((stop) => stop()));
}

/** Starts all three and waits until the engine serves. Throws with what the engine wrote when it does not. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-of-holdfast-'));
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
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
      detached: options.isShielded ?? false,
    });
    stops.push(() => endChild(child));
    const ready = await readyMessage(child);
    return {
      storefrontUrl: String(ready.storefrontUrl),
      operationsUrl: String(ready.operationsUrl),
      redisUrl: redis.url,
      databaseUrl,
      enginePid: child.pid!,
      redisPid: redis.pid,
      postgresPid: postgres.pid,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startStores(
  directory: string,
  stops: (() => Promise<unknown>)[],
): Promise<[RunningRedis, RunningPostgres]> {
  const redisDirectory = join(directory, 'redis');
  const postgresDirectory = join(directory, 'postgres');
  const redis = await startRedis({ directory: redisDirectory, maxMemoryBytes: REDIS_MEMORY_BYTES });
  stops.push(() => redis.stop());
  const postgres = await startPostgres({ directory: postgresDirectory });
  stops.push(() => postgres.stop());
  return [redis, postgres];
}

function profileFlags(directory: string | undefined): readonly string[] {
  if (directory === undefined) return [];
  mkdirSync(directory, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(directory)}`];
}

function engineEnvironment(redisUrl: string, databaseUrl: string, options: StackOptions): NodeJS.ProcessEnv {
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
export async function startEcho(): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [ECHO], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const stop = async (): Promise<void> => {
    await endChild(child);
    running.delete(stop);
  };
  running.add(stop);
  const ready = await readyMessage(child);
  return { url: `http://127.0.0.1:${ready.port}`, pid: child.pid!, stop };
}

async function readyMessage(child: ChildProcess): Promise<Record<string, unknown>> {
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      // Warnings of a running engine belong on the terminal: they explain odd figures.
      if (ready) process.stderr.write(chunk);
      else written = (written + chunk).slice(-8000);
    });
  }
  let ready = false;
  return await new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`${what}; it wrote:\n${written}`));
    const timer = setTimeout(() => fail('a server was not ready in time'), READY_MS);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`a server ended (${code ?? signal}) before it was ready`);
    });
    child.on('message', (message: Record<string, unknown>) => {
      if (message.kind !== 'ready') return;
      ready = true;
      clearTimeout(timer);
      resolve(message);
    });
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}
