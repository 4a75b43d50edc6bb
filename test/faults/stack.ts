import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../src/services/ports.js';
import { type PostgresOptions, type RunningPostgres, startPostgres } from '../../src/services/postgres.js';
import { type RedisOptions, type RunningRedis, startRedis } from '../../src/services/redis.js';
import { EngineProcess } from './engine-process.js';
import type { Target } from './load/connection.js';

const REDIS_MEMORY_BYTES = 2 * 1024 ** 3;

/** What differs from production as `npm start` makes it. */
export interface StackOptions {
  readonly redis?: Partial<RedisOptions>;
  readonly postgres?: Partial<PostgresOptions>;
  /** Settings of the engine. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Called once both stores run and before the engine starts; answers settings for it, such as a `REDIS_URL` that leads through a proxy.
   * Whatever it starts is ended by a function given to `atEnd`.
   */
  readonly between?: (stack: Stack) => Promise<Readonly<Record<string, string>>>;
}

/** Everything that outlives a stack and is worth keeping: the Postgres server, whose cluster takes seconds to make. */
export class Workshop {
  readonly directory: string;
  readonly #servers = new Map<string, RunningPostgres>();
  readonly #stacks = new Set<Stack>();
  #databases = 0;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'faults-of-holdfast-'));
    // Postgres runs as another user where we are root.
    chmodSync(this.directory, 0o755);
  }

  /** Starts stores and an engine, empty. Throws with what was written when something does not come up. */
  async open(options: StackOptions = {}): Promise<Stack> {
    this.#databases += 1;
    const directory = join(this.directory, `stack-${this.#databases}`);
    mkdirSync(directory);
    const postgres = await this.#postgres(options.postgres ?? {});
    const stack = new Stack(directory, postgres, `faults_${this.#databases}`, options, () =>
      this.#stacks.delete(stack),
    );
    this.#stacks.add(stack);
    try {
      await stack.start();
      return stack;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** Ends everything; also for Ctrl-C, while something is still starting. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#stacks].map((stack) => stack.close()));
    await Promise.allSettled([...this.#servers.values()].map((server) => server.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #postgres(options: Partial<PostgresOptions>): Promise<RunningPostgres> {
    const name = JSON.stringify(options);
    const running = this.#servers.get(name);
    if (running !== undefined) return running;
    const directory = join(this.directory, `postgres-${this.#servers.size + 1}`);
    const server = await startPostgres({ directory, ...options });
    this.#servers.set(name, server);
    return server;
  }
}

/** One Redis, one database and one engine under a supervisor, all private. */
export class Stack {
  readonly directory: string;
  readonly postgres: RunningPostgres;
  readonly #database: string;
  readonly #options: StackOptions;
  readonly #closed: () => void;
  readonly #ends: (() => unknown)[] = [];
  #redis: RunningRedis | undefined;
  #engine: EngineProcess | undefined;
  #databaseUrl = '';
  readonly #targets: Target[] = [];

  constructor(
    directory: string,
    postgres: RunningPostgres,
    database: string,
    options: StackOptions,
    closed: () => void,
  ) {
    this.directory = directory;
    this.postgres = postgres;
    this.#database = database;
    this.#options = options;
    this.#closed = closed;
  }

  get redis(): RunningRedis {
    return this.#redis!;
  }

  /** A replica takes the place of its primary, which is dead: it is the Redis of this stack from here on. */
  promoted(replica: RunningRedis): void {
    this.#redis = replica;
  }

  /** The engine that the load buys from. */
  get engine(): EngineProcess {
    return this.#engine!;
  }

  /** Where the load buys; a scenario with several engines adds theirs. */
  get targets(): readonly Target[] {
    return this.#targets;
  }

  addTarget(engine: EngineProcess): void {
    this.#targets.push({ host: '127.0.0.1', port: engine.storefrontPort });
  }

  get databaseUrl(): string {
    return this.#databaseUrl;
  }

  /** One command to Redis, on a connection of its own. Throws what Redis says. */
  async command(name: string, ...args: readonly string[]): Promise<unknown> {
    const redis = new Redis(this.redis.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  /** Runs when the stack ends, the newest first, before the stores stop. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  async start(): Promise<void> {
    const { redis, between } = this.#options;
    this.#redis = await startRedis({
      directory: join(this.directory, 'redis'),
      maxMemoryBytes: REDIS_MEMORY_BYTES,
      ...redis,
    });
    this.#databaseUrl = await this.postgres.createDatabase(this.#database);
    const environment = (await between?.(this)) ?? {};
    this.#engine = await this.startEngine(environment);
    this.addTarget(this.#engine);
  }

  /** One more engine on the same stores, under a supervisor of its own; it ends with the stack. */
  async startEngine(environment: Readonly<Record<string, string>> = {}): Promise<EngineProcess> {
    const [port, adminPort] = [await freePort(), await freePort()];
    const engine = new EngineProcess(this.directory, {
      REDIS_URL: this.redis.url,
      DATABASE_URL: this.databaseUrl,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      AUTH: 'off',
      ...this.#options.environment,
      ...environment,
    });
    this.atEnd(() => engine.close());
    await engine.ready();
    return engine;
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    await this.#redis?.stop();
    if (this.#databaseUrl !== '') await this.postgres.dropDatabase(this.#database).catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
    this.#closed();
  }
}
