import type { Clock } from '../domain/ports.js';
import { SharedState } from '../domain/shared-state.js';
import { readEvents } from '../events/reader.js';
import { RedisStockStore } from '../stock/store.js';
import { BoardMemory } from './board-memory.js';
import type { RedisState, ShardThreadData } from './messages.js';
import type { Outlet } from './outlet.js';
import { Shard } from './shard.js';

/** A shard with its real store, in whichever thread it was made. */
export interface HostedShard<Ticket> {
  readonly shard: Shard<Ticket>;
  redisState(): RedisState;
  close(): Promise<void>;
}

/**
 * Connects to Redis and makes the shard. Waits for the first attempt to connect only: a Redis that is down now may come
 * back, and until then commands are answered `unavailable`.
 */
export async function hostShard<Ticket>(
  data: ShardThreadData,
  parts: {
    readonly clock: Clock;
    readonly outlet: Outlet<Ticket>;
    readonly soon: (task: () => void) => void;
  },
): Promise<HostedShard<Ticket>> {
  const store = new RedisStockStore({
    url: data.redisUrl,
    timeoutMs: data.stockTimeoutMs,
    adjustmentRetentionMs: data.limits.idempotencyRetentionMs,
  });
  await store.open().catch(() => undefined);
  const shard = new Shard<Ticket>({
    ...parts,
    index: data.index,
    owned: data.owned,
    partitions: data.partitions,
    epoch: data.epoch,
    life: data.life,
    limits: data.limits,
    store,
    events: {
      read: (partition, afterSeq, limit) => readEvents(store.connection.redis, partition, afterSeq, limit),
    },
    shared: new SharedState(data.partitions, data.shared),
    board: new BoardMemory(data.board.shape, data.board.buffer),
    rows: data.rows,
    keysKnown: new Map(data.keysKnown),
  });
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
