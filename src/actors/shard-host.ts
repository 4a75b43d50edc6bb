import type { Clock } from '../domain/ports.js';
import { SharedState } from '../domain/shared-state.js';
import type { StockStore } from '../domain/stock-call.js';
import { readEvents } from '../events/reader.js';
import { RedisStockStore } from '../stock/store.js';
import { BoardMemory } from './board-memory.js';
import type { RedisState, ShardThreadData } from './messages.js';
import type { Outlet } from './outlet.js';
import { Shard } from './shard.js';
import type { ForeignEvents } from './shard-options.js';

/** A shard with its real store, in whichever thread it was made. */
export interface HostedShard<Ticket> {
  readonly shard: Shard<Ticket>;
  redisState(): RedisState;
  close(): Promise<void>;
}

/** What a shard needs besides its data, whatever its store is. */
export interface ShardParts<Ticket> {
  readonly clock: Clock;
  readonly outlet: Outlet<Ticket>;
  readonly soon: (task: () => void) => void;
}

/**
 * Connects to Redis and makes the shard. Waits for the first attempt to connect only: a Redis that is down now may come
 * back, and until then commands are answered `unavailable`.
 */
export async function hostShard<Ticket>(
  data: ShardThreadData,
  parts: ShardParts<Ticket>,
): Promise<HostedShard<Ticket>> {
  const store = new RedisStockStore({
    url: data.redisUrl,
    timeoutMs: data.stockTimeoutMs,
    replicas: data.stockReplicas,
    adjustmentRetentionMs: data.limits.idempotencyRetentionMs,
  });
  await store.open().catch(() => undefined);
  const events: ForeignEvents = {
    read: async (partition, afterSeq, limit) => {
      // Nobody may act on what too few replicas have. To read it all the same would be one more wait for them, on the
      // connection of the calls: a few of those, and the calls behind run out of time.
      const shortage = store.nodes.find(partition)?.connection.shortage ?? '';
      if (shortage !== '') throw new Error(shortage);
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
export function shardOn<Ticket>(
  data: ShardThreadData,
  parts: ShardParts<Ticket>,
  store: StockStore,
  events: ForeignEvents,
): Shard<Ticket> {
  return new Shard<Ticket>({
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
