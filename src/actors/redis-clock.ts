import type { Clock } from '../domain/ports.js';

/**
 * What time it is in Redis, estimated from the replies: a reply that says `now` was made between our sending and our
 * receiving, so the offset to our monotonic clock lies between `now − received` and `now + 1 − sent`. The estimate moves only
 * as far as each new interval forces it: slow replies (wide intervals) do not spoil it, a stepped Redis clock does move it.
 */
export class RedisClock {
  readonly #clock: Clock;
  #offsetMs: number;
  #sampled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    // Until the first reply the best guess is our own wall clock.
    this.#offsetMs = clock.now() - clock.monotonic();
  }

  /** Redis time, milliseconds since 1970, with fractions. */
  now(): number {
    return this.#offsetMs + this.#clock.monotonic();
  }

  get isSampled(): boolean {
    return this.#sampled;
  }

  /** `redisNow`: what the reply said; the others: our monotonic time when the call left and when the reply came. */
  sample(redisNow: number, sentAt: number, receivedAt: number): void {
    const low = redisNow - receivedAt;
    const high = redisNow + 1 - sentAt;
    if (!this.#sampled) this.#offsetMs = (low + high) / 2;
    else if (this.#offsetMs < low) this.#offsetMs = low;
    else if (this.#offsetMs > high) this.#offsetMs = high;
    this.#sampled = true;
  }
}
