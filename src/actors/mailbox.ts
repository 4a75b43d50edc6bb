/** Bounds of what may wait in a shard. */
export interface MailboxLimits {
  readonly commandsMax: number;
  /** Longest estimated wait, milliseconds. */
  readonly waitMsMax: number;
}

export type Overload = { readonly cause: 'commands' | 'wait'; readonly retryAfterSeconds: number };

/**
 * Smaller flushes tell how many commands came, not how many could have been done: most of their time is the round trip and
 * the fsync, which a larger one pays as well. Without this a burst after a quiet time would look like an overload.
 */
const TELLING_FLUSH = 256;
const SMOOTHING = 0.2;
/** Confirms, releases and the merchant's commands get this much more room than new holds: they end work, not begin it. */
const URGENT_FACTOR = 2;
const RETRY_AFTER_SECONDS_MAX = 30;

/**
 * Decides whether one more command may wait: by count, and by the estimated wait, which is the backlog divided by the
 * measured drain rate. Beyond either bound the honest answer is "overloaded" now, before any stock is taken, rather
 * than a timeout later.
 */
export class Mailbox {
  readonly #limits: MailboxLimits;
  /** Commands a millisecond; 0 until measured, and then only the count bounds. */
  #rate = 0;

  constructor(limits: MailboxLimits) {
    this.#limits = limits;
  }

  /** `undefined` when there is room behind `backlog` commands. */
  overload(backlog: number, urgent: boolean): Overload | undefined {
    const factor = urgent ? URGENT_FACTOR : 1;
    if (backlog >= this.#limits.commandsMax * factor) return this.#overload('commands', backlog);
    if (this.estimatedWaitMs(backlog) > this.#limits.waitMsMax * factor)
      return this.#overload('wait', backlog);
    return undefined;
  }

  /** How near new holds are to being refused behind `backlog` commands; from 1 on they are. */
  fill(backlog: number): number {
    const { commandsMax, waitMsMax } = this.#limits;
    return Math.max(backlog / commandsMax, this.estimatedWaitMs(backlog) / waitMsMax);
  }

  /** Milliseconds until a backlog of so many commands is done. */
  estimatedWaitMs(backlog: number): number {
    return this.#rate === 0 ? 0 : backlog / this.#rate;
  }

  /** A flush of `commands` took `milliseconds`. */
  drained(commands: number, milliseconds: number): void {
    const rate = commands / Math.max(milliseconds, 0.01);
    const isTelling = commands >= TELLING_FLUSH;
    // A rate once reached can be reached; only flushes under load may show that it no longer is.
    if (rate > this.#rate) this.#rate = isTelling || this.#rate > 0 ? rate : 0;
    else if (isTelling) this.#rate += SMOOTHING * (rate - this.#rate);
  }

  #overload(cause: Overload['cause'], backlog: number): Overload {
    const seconds = Math.ceil(this.estimatedWaitMs(backlog) / 1000);
    return { cause, retryAfterSeconds: Math.min(Math.max(seconds, 1), RETRY_AFTER_SECONDS_MAX) };
  }
}
