import { SharedState } from '../domain/shared-state.js';
import { readEvents } from '../events/reader.js';
import { RedisStockStore } from '../stock/store.js';
import { BoardMemory } from './board-memory.js';
import { Shard } from './shard.js';
/**
 * Connects to Redis and makes the shard. Waits for the first attempt to connect only: a Redis that is down now may come
 * back, and until then commands are answered `unavailable`.
 */
export async function hostShard(data, parts) {
    const store = new RedisStockStore({
        url: data.redisUrl,
        timeoutMs: data.stockTimeoutMs,
        replicas: data.stockReplicas,
        adjustmentRetentionMs: data.limits.idempotencyRetentionMs,
    });
    await store.open().catch(() => undefined);
    const events = {
        read: async (partition, afterSeq, limit) => {
            // Nobody may act on what too few replicas have. To read it all the same would be one more wait for them, on the
            // connection of the calls: a few of those, and the calls behind run out of time.
            const shortage = store.nodes.find(partition)?.connection.shortage ?? '';
            if (shortage !== '')
                throw new Error(shortage);
            return await readEvents(store.nodes, partition, afterSeq, limit);
        },
    };
    const shard = shardOn(data, parts, store, events);
    await shard.learnTime();
    return {
        shard,
        redisState: () => store.state,
        close: async () => {
            shard.close();
            await store.close();
        },
    };
}
/** The shard itself, on any store. */
export function shardOn(data, parts, store, events) {
    return new Shard({
        ...parts,
        index: data.index,
        owned: data.owned,
        partitions: data.partitions,
        epoch: data.epoch,
        life: data.life,
        limits: data.limits,
        store,
        events,
        shared: new SharedState(data.partitions, data.shared),
        board: new BoardMemory(data.board.shape, data.board.buffer),
        rows: data.rows,
        keysKnown: new Map(data.keysKnown),
    });
}
//# sourceMappingURL=shard-host.js.map