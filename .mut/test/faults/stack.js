import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../src/services/ports.js';
import { startPostgres } from '../../src/services/postgres.js';
import { startRedis } from '../../src/services/redis.js';
import { EngineProcess } from './engine-process.js';
const REDIS_MEMORY_BYTES = 2 * 1024 ** 3;
/** Everything that outlives a stack and is worth keeping: the Postgres server, whose cluster takes seconds to make. */
export class Workshop {
    directory;
    #servers = new Map();
    #stacks = new Set();
    #databases = 0;
    constructor() {
        this.directory = mkdtempSync(join(tmpdir(), 'faults-of-holdfast-'));
        // Postgres runs as another user where we are root.
        chmodSync(this.directory, 0o755);
    }
    /** Starts stores and an engine, empty. Throws with what was written when something does not come up. */
    async open(options = {}) {
        this.#databases += 1;
        const directory = join(this.directory, `stack-${this.#databases}`);
        mkdirSync(directory);
        const postgres = await this.#postgres(options.postgres ?? {});
        const stack = new Stack(directory, postgres, `faults_${this.#databases}`, options, () => this.#stacks.delete(stack));
        this.#stacks.add(stack);
        try {
            await stack.start();
            return stack;
        }
        catch (error) {
            await stack.close();
            throw error;
        }
    }
    /** Ends everything; also for Ctrl-C, while something is still starting. */
    async close() {
        await Promise.allSettled([...this.#stacks].map((stack) => stack.close()));
        await Promise.allSettled([...this.#servers.values()].map((server) => server.stop()));
        rmSync(this.directory, { recursive: true, force: true });
    }
    async #postgres(options) {
        const name = JSON.stringify(options);
        const running = this.#servers.get(name);
        if (running !== undefined)
            return running;
        const directory = join(this.directory, `postgres-${this.#servers.size + 1}`);
        const server = await startPostgres({ directory, ...options });
        this.#servers.set(name, server);
        return server;
    }
}
/** One Redis, one database and one engine under a supervisor, all private. */
export class Stack {
    directory;
    postgres;
    #database;
    #options;
    #closed;
    #ends = [];
    #redis;
    #engine;
    #databaseUrl = '';
    #targets = [];
    constructor(directory, postgres, database, options, closed) {
        this.directory = directory;
        this.postgres = postgres;
        this.#database = database;
        this.#options = options;
        this.#closed = closed;
    }
    get redis() {
        return this.#redis;
    }
    /** A replica takes the place of its primary, which is dead: it is the Redis of this stack from here on. */
    promoted(replica) {
        this.#redis = replica;
    }
    /** The engine that the load buys from. */
    get engine() {
        return this.#engine;
    }
    /** Where the load buys; a scenario with several engines adds theirs. */
    get targets() {
        return this.#targets;
    }
    addTarget(engine) {
        this.#targets.push({ host: '127.0.0.1', port: engine.storefrontPort });
    }
    get databaseUrl() {
        return this.#databaseUrl;
    }
    /** One command to Redis, on a connection of its own. Throws what Redis says. */
    async command(name, ...args) {
        const redis = new Redis(this.redis.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
        redis.on('error', () => undefined);
        try {
            return await redis.call(name, ...args);
        }
        finally {
            redis.disconnect();
        }
    }
    /** Runs when the stack ends, the newest first, before the stores stop. */
    atEnd(end) {
        this.#ends.push(end);
    }
    async start() {
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
    async startEngine(environment = {}) {
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
    async close() {
        for (const end of this.#ends.splice(0).reverse())
            await end();
        await this.#redis?.stop();
        if (this.#databaseUrl !== '')
            await this.postgres.dropDatabase(this.#database).catch(() => undefined);
        rmSync(this.directory, { recursive: true, force: true });
        this.#closed();
    }
}
//# sourceMappingURL=stack.js.map