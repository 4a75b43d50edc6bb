import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from './stores.js';

const SAMPLE_EVERY_MS = 20;
/** An hour of samples: a watch that nobody ends must not eat the memory. */
const SAMPLES_MAX = 180_000;

/** How many events there were at a moment, by both stores, all partitions. */
export interface LagSample {
  /** Milliseconds, of any clock that does not step. */
  readonly at: number;
  readonly appended: number;
  readonly inLedger: number;
}

/**
 * Seconds that the ledger is behind at each sample: the age of the oldest event that it has not, 0 when it has all. An event
 * counts from the sample before the one that first showed it, so that the lag is rather said too long than too short.
 * `samples` must be in the order of time.
 */
export function lagSeconds(samples: readonly LagSample[]): readonly number[] {
  let oldest = 0;
  return samples.map((sample) => {
    if (sample.inLedger >= sample.appended) return 0;
    while (samples[oldest]!.appended <= sample.inLedger) oldest += 1;
    return (sample.at - samples[Math.max(0, oldest - 1)]!.at) / 1000;
  });
}

/** Looks at both stores all the time, from outside the engine, until it is told to stop. */
export class LagWatch {
  readonly #stores: Stores;
  readonly #samples: LagSample[] = [];
  readonly #done: Promise<void>;
  #isOver = false;

  constructor(stores: Stores) {
    this.#stores = stores;
    this.#done = this.#watch();
    // `stop` tells about it; until then it must not count as unhandled.
    this.#done.catch(() => undefined);
  }

  /** Answers all samples. Throws when a store did not answer. */
  async stop(): Promise<readonly LagSample[]> {
    this.#isOver = true;
    await this.#done;
    return this.#samples;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver && this.#samples.length < SAMPLES_MAX) {
      const at = performance.now();
      const appended = await this.#stores.eventsAppended();
      const inLedger = await this.#stores.eventsInLedger();
      // What was appended between the two questions may be in the ledger already.
      this.#samples.push({ at, appended, inLedger });
      await delay(SAMPLE_EVERY_MS);
    }
  }
}
