import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Journal } from '../../../loadtest/consistency/journal.js';
import { Counters, type LoadCounts, Timeline } from './counts.js';
import type { ShopperOptions } from './shopper.js';
import type { Stopped, ToLoad } from './worker.js';

const ENTRY = new URL('./worker.js', import.meta.url);

/** What the client knows at the end. */
export interface LoadResult {
  readonly journal: Journal;
  readonly counts: LoadCounts;
  readonly violations: readonly string[];
  readonly unresolved: number;
}

/** The client's thread. One for all rounds, so that its code is compiled once. */
export class LoadThread {
  readonly #worker = new Worker(ENTRY, { name: 'load' });

  begin(options: ShopperOptions): Load {
    return new Load(this.#worker, options);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A load under way. */
export class Load {
  readonly timeline = new Timeline();
  readonly #counters = new Counters();
  readonly #worker: Worker;

  constructor(worker: Worker, options: ShopperOptions) {
    this.#worker = worker;
    this.#post({ kind: 'begin', options, counters: this.#counters.buffer, timeline: this.timeline.buffer });
  }

  /** As of now. */
  counts(): LoadCounts {
    return this.#counters.read();
  }

  /** Ends it: no new holds, and everything unknown is asked again until it is known, `resolveMs` at most. */
  async stop(resolveMs: number): Promise<LoadResult> {
    const answer = once(this.#worker, 'message') as Promise<[Stopped]>;
    this.#post({ kind: 'stop', resolveMs });
    const [{ buffers, length, keyPrefix, violations, unresolved }] = await answer;
    return {
      journal: new Journal(keyPrefix, buffers, length),
      counts: this.counts(),
      violations,
      unresolved,
    };
  }

  #post(message: ToLoad): void {
    this.#worker.postMessage(message);
  }
}
