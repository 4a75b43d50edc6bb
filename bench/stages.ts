import { processorTimeOf, processTree, threadTimes } from './processor-time.js';
import type { Stack } from './stack.js';

/** Processor nanoseconds by stage, summed since the processes started. */
export type StageTimes = ReadonlyMap<string, number>;

/** Reads the clocks of every thread of the engine, of Redis and of all of Postgres' processes. */
export class StageClock {
  readonly #stack: Stack;
  readonly #shards: number;
  #before = new Map<string, number>();
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
      workers.map((thread, index) => [thread, index === 0 ? 'ledger thread' : 'shard threads']),
    );
    this.#names.set(enginePid, 'gateway (main thread)');
  }

  start(): void {
    this.#before = this.#read();
  }

  /** Nanoseconds by stage since `start`. */
  stop(): StageTimes {
    return new Map([...this.#read()].map(([name, time]) => [name, time - (this.#before.get(name) ?? 0)]));
  }

  #read(): Map<string, number> {
    const times = new Map<string, number>();
    for (const [thread, time] of threadTimes(this.#stack.enginePid)) {
      const name = this.#names.get(thread) ?? 'garbage collector, compiler';
      times.set(name, (times.get(name) ?? 0) + time);
    }
    times.set('redis', processorTimeOf(this.#stack.redisPid));
    let postgres = 0;
    for (const pid of processTree(this.#stack.postgresPid)) postgres += processorTimeOf(pid);
    times.set('postgres', postgres);
    return times;
  }
}
