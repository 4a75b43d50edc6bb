import { processTimes, ranBetween, threadTimes } from './processor-time.js';
import type { Stack } from './stack.js';

/** Processor nanoseconds by stage. */
export type StageTimes = ReadonlyMap<string, number>;

/** Since the processes started: by stage, of each thread or process. */
type Reading = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const GATEWAY = 'gateway (main thread)';
export const SHARD_THREADS = 'shard threads';
const WRITE_BEHIND = ['ledger thread', 'redis', 'postgres'] as const;

/** Reads the clocks of every thread of the engine, of Redis and of all of Postgres' processes. */
export class StageClock {
  readonly #stack: Stack;
  readonly #shards: number;
  #before: Reading = new Map();
  #stopped: Reading = new Map();
  #names = new Map<number, string>();

  /** `shards`: SHARDS of the engine. */
  constructor(stack: Stack, shards: number) {
    this.#stack = stack;
    this.#shards = shards;
  }

  /**
   * Finds out which thread is which, after some selling and a drained ledger: besides the main thread, those of the shards
   * and the ledger have then worked most, and the ledger's was started first. V8's and libuv's helpers have done less.
   */
  identify(): void {
    const { enginePid } = this.#stack;
    const workers = [...threadTimes(enginePid)]
      .filter(([thread]) => thread !== enginePid)
      .sort((a, b) => b[1] - a[1])
      .slice(0, this.#shards + 1)
      .map(([thread]) => thread)
      .sort((a, b) => a - b);
    this.#names = new Map(
      workers.map((thread, index) => [thread, index === 0 ? 'ledger thread' : SHARD_THREADS]),
    );
    this.#names.set(enginePid, GATEWAY);
  }

  start(): void {
    this.#before = this.#read();
  }

  /** Nanoseconds by stage since `start`. */
  stop(): StageTimes {
    this.#stopped = this.#read();
    return between(this.#before, this.#stopped);
  }

  /** Nanoseconds since `stop` of those that bring the ledger up to date, under names that say so. */
  afterwards(): StageTimes {
    const times = between(this.#stopped, this.#read());
    return new Map(WRITE_BEHIND.map((name) => [`${name}, after the selling`, times.get(name) ?? 0]));
  }

  #read(): Reading {
    const times = new Map<string, Map<number, number>>();
    for (const [thread, time] of threadTimes(this.#stack.enginePid)) {
      const name = this.#names.get(thread) ?? 'garbage collector, compiler';
      times.set(name, (times.get(name) ?? new Map()).set(thread, time));
    }
    return new Map<string, ReadonlyMap<number, number>>([
      ...times,
      ['redis', processTimes(this.#stack.redisPid)],
      ['postgres', processTimes(this.#stack.postgresPid)],
    ]);
  }
}

function between(before: Reading, after: Reading): StageTimes {
  return new Map([...after].map(([name, times]) => [name, ranBetween(before.get(name) ?? new Map(), times)]));
}
