import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningPostgres, startPostgres } from '../src/services/postgres.js';
import { type RunningRedis, startRedis } from '../src/services/redis.js';
import { startChild, stoppable, throwIfEnding } from './children.js';

const ENGINE = fileURLToPath(new URL('../src/main.js', import.meta.url));
const ECHO = fileURLToPath(new URL('./echo-server.js', import.meta.url));
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

/** Starts all three and waits until the engine serves. Throws with what the engine wrote when it does not. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-of-holdfast-'));
  const stops: (() => Promise<unknown>)[] = [];
  const endAll = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
    rmSync(directory, { recursive: true, force: true });
  };
  const stop = stoppable(endAll);
  try {
    const [redis, postgres] = await startStores(directory, stops);
    const databaseUrl = await postgres.createDatabase('holdfast');
    const environment = engineEnvironment(redis.url, databaseUrl, options);
    const args = [...profileFlags(options.profile), ENGINE];
    const engine = await startChild(args, environment, { isShielded: options.isShielded ?? false });
    stops.push(engine.stop);
    return {
      storefrontUrl: String(engine.ready.storefrontUrl),
      operationsUrl: String(engine.ready.operationsUrl),
      redisUrl: redis.url,
      databaseUrl,
      enginePid: engine.pid,
      redisPid: redis.pid,
      postgresPid: postgres.pid,
      stop,
    };
  } catch (error) {
    await stop();
    // After Ctrl-C in the middle of a start: what came up behind that `stop`.
    await endAll();
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
  throwIfEnding();
  const postgres = await startPostgres({ directory: postgresDirectory });
  stops.push(() => postgres.stop());
  throwIfEnding();
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
  const { pid, ready, stop } = await startChild([ECHO], process.env);
  return { url: `http://127.0.0.1:${ready.port}`, pid, stop };
}
