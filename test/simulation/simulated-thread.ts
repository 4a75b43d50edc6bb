import { shardOn } from '../../src/actors/shard-host.js';
import { ShardThread } from '../../src/actors/shard-thread.js';
import type { ShardWorker, SpawnShard } from '../../src/actors/shard-worker.js';
import { type FlushFate, RedisLink, StreamLink } from './redis-link.js';
import { Channel, Life, type Scheduler } from './scheduler.js';
import type { SimulatedRedis } from './simulated-redis.js';

export interface ThreadWorld {
  readonly engine: string;
  readonly scheduler: Scheduler;
  readonly redis: SimulatedRedis;
  /** The engine's process. */
  readonly process: Life;
  readonly wallOffsetMs: () => number;
  readonly fate: () => FlushFate;
  readonly arrived: (partition: number, seq: number, made: boolean) => void;
  /** Milliseconds a message takes between threads. */
  readonly hopMs: () => number;
}

/** One life of a shard's thread: what `thread.ts` starts in a real one, as it is. */
export class SimulatedThread {
  readonly #world: ThreadWorld;
  readonly #life: Life;
  readonly #toMain: Channel;
  readonly #toThread: Channel;
  readonly #fail: (reason: string) => void;

  /** Starts it as the link of the shard asks. */
  static spawner(world: ThreadWorld, started: (thread: SimulatedThread, index: number) => void): SpawnShard {
    return (data, events): ShardWorker => {
      const thread = new SimulatedThread(world, data, events);
      started(thread, data.index);
      return thread.worker;
    };
  }

  readonly worker: ShardWorker;

  private constructor(world: ThreadWorld, ...[data, events]: Parameters<SpawnShard>) {
    const { scheduler, process, redis, engine, fate, arrived, hopMs } = world;
    this.#world = world;
    const life = new Life(scheduler, world.wallOffsetMs, process);
    this.#life = life;
    this.#toMain = new Channel(scheduler, process);
    this.#toThread = new Channel(scheduler, life);
    const waiting: Parameters<ShardWorker['post']>[0][] = [];
    let receive: ((message: Parameters<ShardWorker['post']>[0]) => void) | undefined;
    const end = (code: number): void => {
      life.kill();
      this.#toMain.deliver(hopMs(), () => events.exited(code));
    };
    this.#fail = (reason) => {
      this.#toMain.deliver(0, () => events.failed(new Error(reason)));
      end(1);
    };
    this.worker = {
      post: (message) =>
        this.#toThread.deliver(hopMs(), () => {
          if (receive === undefined) waiting.push(message);
          else receive(message);
        }),
      terminate: () => {
        if (!life.isDead) end(1);
      },
    };
    const thread = new ShardThread(data, {
      clock: life,
      post: (message) => this.#toMain.deliver(hopMs(), () => events.message(message)),
      listen: (listener) => {
        receive = listener;
        for (const message of waiting) listener(message);
      },
      host: async (outlet) => {
        const timeoutMs = data.stockTimeoutMs;
        const store = new RedisLink({ engine, redis, scheduler, life, timeoutMs, fate, arrived });
        const streams = new StreamLink(redis, life, { delayMs: hopMs });
        const shard = shardOn(data, { clock: life, soon: queueMicrotask, outlet }, store, {
          read: (partition, afterSeq, limit) => streams.events(partition, afterSeq, limit),
        });
        await shard.learnTime();
        return {
          shard,
          redisState: () => (store.isReady ? { state: 'ready' } : { state: 'connecting' }),
          close: async () => shard.close(),
        };
      },
      atEndOfTurn: (task) => void life.setTimer(0, task),
      exit: () => end(0),
    });
    thread.run().catch((error: unknown) => this.#fail(String(error)));
  }

  get isDead(): boolean {
    return this.#life.isDead;
  }

  /** It dies by itself. Messages it had sent are lost with it, or arrive before the news of its death. */
  die(losesMessages: boolean): void {
    if (this.isDead) return;
    if (losesMessages) this.#toMain.discard();
    this.#fail(`simulated at ${this.#world.scheduler.time}`);
  }

  /** Its event loop does not turn for a while. */
  stop(milliseconds: number): void {
    this.#life.stop(milliseconds);
  }
}
