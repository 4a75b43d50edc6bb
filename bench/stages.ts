import { processorTimeOf, processTree, threadTimes } from './processor-time.js';
import type { Stack } from './stack.js';

/** Processor nanoseconds by stage, summed since the processes started. */
export type StageTimes = ReadonlyMap<string, number>;

// V8 and libuv keep helper threads; only the first thread and those that work as hard as a stage get a row of their own.
const WORKER_SHARE_MIN = 0.02;

/** Reads the clocks of every thread of the engine, of Redis and of all of Postgres' processes. */
export class StageClock {
  readonly #stack: Stack;
  #before = new Map<string, number>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  start(): void {
    this.#before = this.#read();
  }

  /** Nanoseconds by stage since `start`; the engine's helper threads (garbage collection, compiler) are summed in one row. */
  stop(): StageTimes {
    const after = this.#read();
    const spent = new Map<string, number>();
    for (const [name, time] of after) spent.set(name, time - (this.#before.get(name) ?? 0));
    return this.#grouped(spent);
  }

  #read(): Map<string, number> {
    const times = new Map<string, number>();
    for (const [thread, time] of threadTimes(this.#stack.enginePid)) times.set(`thread ${thread}`, time);
    times.set('redis', processorTimeOf(this.#stack.redisPid));
    let postgres = 0;
    for (const pid of processTree(this.#stack.postgresPid)) postgres += processorTimeOf(pid);
    times.set('postgres', postgres);
    return times;
  }

  #grouped(spent: ReadonlyMap<string, number>): StageTimes {
    const main = `thread ${this.#stack.enginePid}`;
    const threads = [...spent].filter(([name]) => name.startsWith('thread ') && name !== main);
    const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
    const grouped = new Map<string, number>([['engine main thread', spent.get(main) ?? 0]]);
    let helpers = 0;
    let worker = 0;
    for (const [, time] of threads) {
      if (time < total * WORKER_SHARE_MIN) helpers += time;
      else {
        worker += 1;
        grouped.set(`engine worker ${worker}`, time);
      }
    }
    grouped.set('engine helper threads', helpers);
    grouped.set('redis', spent.get('redis') ?? 0);
    grouped.set('postgres', spent.get('postgres') ?? 0);
    return grouped;
  }
}
