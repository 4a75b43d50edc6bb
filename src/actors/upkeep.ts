import type { EngineCall } from './group-commit.js';
import type { Intake } from './intake.js';
import { Loader } from './loader.js';
import type { OwnEvents } from './own-events.js';
import type { PartitionView } from './partition-view.js';
import type { RedisClocks } from './redis-clock.js';
import type { ShardOptions } from './shard-options.js';
import { Sweeper } from './sweeper.js';
import { Trimmer } from './trimmer.js';
import { ViewFollower } from './view-follower.js';

export interface UpkeepOptions<Ticket> {
  readonly shard: ShardOptions<Ticket>;
  readonly redisClocks: RedisClocks;
  readonly views: ReadonlyMap<number, PartitionView>;
  readonly intake: Intake<Ticket>;
  readonly enqueue: (call: EngineCall) => void;
  readonly swept: (latenessMs: number, expired: number) => void;
  /** Views changed outside a flush. */
  readonly changed: () => void;
  readonly own: OwnEvents;
}

/** What a shard does without being asked: loads and follows views, sweeps deadlines, trims streams. */
export class Upkeep<Ticket> {
  readonly #views: readonly PartitionView[];
  readonly #sweeper: Sweeper;
  readonly #trimmer: Trimmer;
  readonly #loader: Loader<Ticket>;
  readonly #follower: ViewFollower<Ticket>;
  #isClosed = false;

  constructor(options: UpkeepOptions<Ticket>) {
    const { shard, redisClocks, intake, enqueue, swept, changed, own } = options;
    const { owned, clock, shared, limits, events, keysKnown, outlet, store } = shard;
    const placeOf = (partition: number): number => store.placeOf?.(partition) ?? 0;
    this.#views = [...options.views.values()];
    this.#sweeper = new Sweeper({
      owned,
      clock,
      redisClocks,
      shared,
      retentionMs: limits.idempotencyRetentionMs,
      enqueue,
      reply: (partition, reply, times) => intake.reply(partition, reply, times),
      swept,
    });
    this.#trimmer = new Trimmer({ owned, clock, shared, retentionMs: limits.eventRetentionMs, enqueue });
    this.#loader = new Loader({ clock, intake, events, enqueue, placeOf, keysKnown });
    this.#follower = new ViewFollower({
      views: this.#views,
      clock,
      shared,
      pollMs: limits.pollMs,
      intake,
      events,
      outlet,
      enqueue,
      due: (partition, at) => this.due(partition, at),
      reload: (view) => this.#loader.load(view),
      changed,
      own,
    });
  }

  /** Resolves when all SKUs are in memory. */
  async start(): Promise<void> {
    this.#trimmer.start();
    await Promise.all(this.#views.map((view) => this.#loader.load(view)));
    if (!this.#isClosed) this.#follower.start();
  }

  /** Something is due in the partition at this Redis time. */
  due(partition: number, at: number): void {
    this.#sweeper.due(partition, at);
  }

  close(): void {
    this.#isClosed = true;
    this.#follower.close();
    this.#loader.close();
    this.#sweeper.close();
    this.#trimmer.close();
  }
}
