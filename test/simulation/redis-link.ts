import type { StockEvent } from '../../src/domain/event.js';
import type { StockCall, StockCallResult, StockStore } from '../../src/domain/stock-call.js';
import type { EventSource, RawEvent, ReadRequest, StoreSample } from '../../src/events/reader.js';
import { Channel, type Life, type Scheduler } from './scheduler.js';
import type { SimulatedRedis } from './simulated-redis.js';
import { StreamModel } from './stream-model.js';

/** What the network does to one exchange with Redis. */
export type FlushFate =
  | { readonly kind: 'delivered'; readonly thereMs: number; readonly backMs: number }
  /** It never arrives. */
  | { readonly kind: 'lost_before' }
  /** It is executed; the reply is lost. */
  | { readonly kind: 'lost_after'; readonly thereMs: number }
  /** Nobody expects it any more when it arrives. */
  | { readonly kind: 'late'; readonly thereMs: number }
  /**
   * Every call that refused nothing is executed twice in a row and answered once: what a retry finds when nothing came between.
   * What was refused and told is never sent again, and could be done the second time.
   */
  | { readonly kind: 'twice'; readonly thereMs: number; readonly backMs: number }
  /** The connection is refused: nothing leaves. */
  | { readonly kind: 'refused' };

export interface LinkOptions {
  readonly engine: string;
  readonly redis: SimulatedRedis;
  readonly scheduler: Scheduler;
  readonly life: Life;
  readonly timeoutMs: number;
  /** Drawn for each flush. */
  readonly fate: () => FlushFate;
  /** Told of every reply that reached the engine, and how far it shows that the partition had come. */
  readonly arrived: (partition: number, seq: number, made: boolean) => void;
}

const RECONNECT_MS = 20;

/** Whether a client is connected: lost when Redis ends, found again some time after it is back. */
export class Connection {
  isReady: boolean;
  timesReady = 0;
  readonly #redis: SimulatedRedis;
  readonly #life: Life;
  readonly #whenReady: () => void;

  constructor(redis: SimulatedRedis, life: Life, whenReady: () => void = () => undefined) {
    this.#redis = redis;
    this.#life = life;
    this.#whenReady = whenReady;
    this.isReady = redis.isUp;
    if (!this.isReady) this.#reconnect();
    const forget = redis.onDisconnect(() => {
      if (life.isDead) forget();
      else if (this.isReady) {
        this.isReady = false;
        this.#reconnect();
      }
    });
  }

  #reconnect(): void {
    this.#life.setTimer(RECONNECT_MS, () => {
      if (!this.#redis.isUp) {
        this.#reconnect();
        return;
      }
      this.isReady = true;
      this.timesReady += 1;
      this.#whenReady();
    });
  }
}

/** The stock store as a shard sees it: `RedisStockStore` in the place of Redis, its wire and its client. */
export class RedisLink implements StockStore {
  readonly #options: LinkOptions;
  readonly #connection: Connection;
  /** Requests of one connection arrive, and replies come back, in the order of sending. */
  readonly #there: Channel;
  readonly #back: Channel;
  readonly #lose = new Set<() => void>();

  constructor(options: LinkOptions) {
    const { redis, scheduler, life } = options;
    this.#options = options;
    this.#connection = new Connection(redis, life);
    this.#there = new Channel(scheduler, {
      now: () => 0,
      monotonic: () => 0,
      setTimer: (delayMs, task) => scheduler.after(delayMs, task),
    });
    this.#back = new Channel(scheduler, life);
    const forget = redis.onDisconnect(() => {
      if (life.isDead) forget();
      for (const lose of [...this.#lose]) lose();
    });
  }

  get isReady(): boolean {
    return this.#connection.isReady;
  }

  get timesReady(): number {
    return this.#connection.timesReady;
  }

  execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]> {
    const { life, timeoutMs, fate } = this.#options;
    const drawn = fate();
    return new Promise((resolve) => {
      if (!this.isReady || drawn.kind === 'refused') {
        life.setTimer(0.1, () => resolve(calls.map(() => ({ kind: 'not_sent', reason: 'simulated' }))));
        return;
      }
      const lose = (): void => settle(calls.map(() => ({ kind: 'lost', reason: 'simulated' })));
      const timer = life.setTimer(timeoutMs, lose);
      const settle = (results: readonly StockCallResult[]): void => {
        timer.cancel();
        if (!this.#lose.delete(lose)) return;
        resolve(results);
      };
      this.#lose.add(lose);
      if (drawn.kind !== 'lost_before') this.#send(drawn, calls, settle);
    });
  }

  #send(
    fate: Exclude<FlushFate, { kind: 'lost_before' | 'refused' }>,
    calls: readonly StockCall[],
    settle: (results: readonly StockCallResult[]) => void,
  ): void {
    const { redis, scheduler, arrived, engine } = this.#options;
    const { life } = redis;
    const run = (): readonly StockCallResult[] =>
      calls.map((call) => {
        const result = redis.run(call, engine);
        if (fate.kind === 'twice' && !refusesSome(result)) redis.run(call, engine);
        return result;
      });
    if (fate.kind === 'late') {
      // It lies in a socket that outlives the connection; a Redis that was restarted never gets it.
      scheduler.after(fate.thereMs, () => {
        if (redis.isUp && redis.life === life) redis.serve(run, () => undefined);
      });
      return;
    }
    this.#there.deliver(fate.thereMs, () => {
      if (!redis.isUp || redis.life !== life) return;
      redis.serve(run, (results) => {
        if (fate.kind === 'lost_after') return;
        this.#back.deliver(fate.backMs, () => {
          if (redis.life !== life) return;
          for (const [index, result] of results.entries()) {
            if (result.kind === 'reply') arrived(calls[index]!.partition, result.seq, result.changed);
          }
          settle(results);
        });
      });
    });
  }
}

function refusesSome(result: StockCallResult): boolean {
  return result.kind === 'reply' && result.results.some(({ kind }) => kind === 'refused');
}

/** Reads of the event streams by one client: the model of the streams behind a network. */
export class StreamLink implements EventSource {
  readonly #connection: Connection;
  readonly #redis: SimulatedRedis;
  readonly #life: Life;
  readonly #delayMs: () => number;
  readonly #streams: StreamModel;

  constructor(
    redis: SimulatedRedis,
    life: Life,
    options: { readonly delayMs: () => number; readonly whenReady?: () => void; readonly maxBytes?: number },
  ) {
    this.#redis = redis;
    this.#life = life;
    this.#delayMs = options.delayMs;
    this.#connection = new Connection(redis, life, options.whenReady);
    this.#streams = new StreamModel({
      partitions: () => redis.model?.partitions ?? [],
      clock: redis.clock,
      missing: redis.missing,
      memory: () => ({ usedBytes: redis.usedBytes, maxBytes: options.maxBytes ?? 0 }),
    });
  }

  read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]> {
    return this.#ask(() => this.#streams.read(requests));
  }

  sample(partitions: number): Promise<StoreSample> {
    return this.#ask(() => this.#streams.sample(partitions));
  }

  /** Decoded, for views. */
  events(partition: number, afterSeq: number, limit: number): Promise<readonly StockEvent[]> {
    return this.#ask(async () => {
      const events = this.#redis.model?.partitions[partition]?.events ?? [];
      return events.filter((event) => event.seq > afterSeq).slice(0, limit);
    });
  }

  /** The model answers at once, so its promise carries what Redis had at that moment. */
  #ask<T>(question: () => Promise<T>): Promise<T> {
    const redis = this.#redis;
    const { life } = redis;
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error('simulated: Redis cannot be reached'));
      if (!this.#connection.isReady) {
        this.#life.setTimer(0.1, fail);
        return;
      }
      const forget = redis.onDisconnect(() => {
        forget();
        this.#life.setTimer(0, fail);
      });
      this.#life.setTimer(this.#delayMs(), () => {
        if (!redis.isUp || redis.life !== life) return;
        redis.serve(question, (answer) => {
          this.#life.setTimer(this.#delayMs(), () => {
            if (redis.life !== life) return;
            forget();
            resolve(answer);
          });
        });
      });
    });
  }
}
