import { buildLibrary } from '../../src/stock/library.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { singleRedis } from '../support/redis.js';
const CLOCK_KEY = 'test:clock';
/** The library on a real Redis, with the one file that reads the time replaced by one that reads a key. */
const CONTROLLED_LIBRARY = buildLibrary({
    clock: `local function read_clock() return tonumber(redis.call('GET', '${CLOCK_KEY}')) end\n`,
});
/** 2026-01-01; any time far enough from 0 for every offset a test subtracts. */
export const EPOCH_START_MS = 1_767_225_600_000;
export const ADJUSTMENT_RETENTION_MS = 5_000;
export const TIMEOUT_MS = 5_000;
/** A stock store on a private Redis, in which it is whatever time the test says. */
export class ControlledStore {
    redis;
    store;
    partitions;
    now = EPOCH_START_MS;
    constructor(redis, store, partitions) {
        this.redis = redis;
        this.store = store;
        this.partitions = partitions;
    }
    static async start(t, partitions = 1, options = {}) {
        const redis = await singleRedis(t, 'the test owns its clock through one key', {
            ...options,
            extra: { appendfsync: 'no', ...options.extra },
        });
        const store = new RedisStockStore({
            url: redis.url,
            timeoutMs: TIMEOUT_MS,
            adjustmentRetentionMs: ADJUSTMENT_RETENTION_MS,
            library: CONTROLLED_LIBRARY,
        });
        t.teardown(() => store.close());
        await store.open();
        const controlled = new ControlledStore(redis, store, partitions);
        await controlled.reset();
        return controlled;
    }
    /** Empties the store and starts epoch 1 anew. */
    async reset() {
        this.now = EPOCH_START_MS;
        const { redis } = this.store.connection;
        await redis.flushdb();
        await redis.set(CLOCK_KEY, this.now);
        await this.store.initialise({ epoch: 1, partitions: this.partitions, mayCreate: true });
    }
    /** Sets the clock and makes the calls, in one go. */
    async execute(...calls) {
        const { redis } = this.store.connection;
        const [, results] = await Promise.all([redis.set(CLOCK_KEY, this.now), this.store.execute(calls)]);
        return results;
    }
    /** One call, in epoch 1 of partition 0, with no seq seen. */
    async call(body) {
        const [result] = await this.execute({ partition: 0, epoch: 1, seqSeen: 0, ...body });
        return result;
    }
    /** The same, where anything but a reply is a failure. */
    async reply(body) {
        const result = await this.call(body);
        if (result.kind !== 'reply')
            throw new Error(`no reply but ${JSON.stringify(result)}`);
        return result;
    }
}
//# sourceMappingURL=controlled-store.js.map