import { Worker } from 'node:worker_threads';
import { microseconds } from './clock.js';

/** Shared by the two threads of an alarm. */
export interface AlarmMemory {
  /** One number that grows with every moment asked for; the bell's thread sleeps on it. */
  readonly asked: Int32Array;
  /** The moment asked for, microseconds of the monotonic clock. */
  readonly due: Float64Array;
}

/**
 * Rings are so far apart at least. Closer ones would cost a core, and worse: a thread takes message after message while there are
 * any, so rings that follow each other at once keep it from reading answers, which then look late by tens of milliseconds.
 */
const APART_MICROSECONDS = 500;

/** What waking two threads takes, about: so much earlier it rings. Whoever wants it sharper waits for the rest. */
export const EARLY_MICROSECONDS = 100;

/**
 * Calls back shortly before or after a moment, to within some 100 µs, or half a millisecond late where moments are closer to each
 * other than that. Timers of Node have milliseconds, which would be added to every latency from an intended start; spinning would
 * take a core away from what is measured. A thread that sleeps on a futex costs neither.
 *
 * ```
 * generator ── due, asked += 1 ──▶ bell thread sleeps until due ── message ──▶ generator
 * ```
 */
export class Alarm {
  readonly #memory: AlarmMemory;
  readonly #thread: Worker;
  #next = Number.POSITIVE_INFINITY;
  #rungAt = 0;

  constructor(ring: () => void) {
    this.#memory = {
      asked: new Int32Array(new SharedArrayBuffer(4)),
      due: new Float64Array(new SharedArrayBuffer(8)),
    };
    this.#thread = new Worker(new URL('./alarm-thread.js', import.meta.url), {
      name: 'alarm',
      workerData: this.#memory,
    });
    this.#thread.on('message', () => {
      this.#next = Number.POSITIVE_INFINITY;
      this.#rungAt = microseconds();
      ring();
    });
  }

  /** Rings once at about `due`, or earlier where an earlier moment was asked for before; the ring must ask again then. */
  ringAt(due: number, now: number): void {
    const moment = Math.max(due - EARLY_MICROSECONDS, now, this.#rungAt + APART_MICROSECONDS);
    if (moment >= this.#next || moment === Number.POSITIVE_INFINITY) return;
    this.#next = moment;
    this.#memory.due[0] = moment;
    Atomics.add(this.#memory.asked, 0, 1);
    Atomics.notify(this.#memory.asked, 0);
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }
}
