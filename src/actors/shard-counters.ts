import { BATCH_BOUNDS, FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { ShardStats } from '../domain/stats.js';

/** What a shard counts about itself; plain numbers, incremented in place. */
export class ShardCounters {
  created = 0;
  confirmed = 0;
  released = 0;
  expired = 0;
  refusedByView = 0;
  overloadedByCommands = 0;
  overloadedByWait = 0;
  resubmitted = 0;
  replicaShortfalls = 0;
  readonly #flushCommands = new FastHistogram(BATCH_BOUNDS);
  readonly #flushSeconds = new FastHistogram(SECONDS_BOUNDS);
  readonly #expiryLatenessSeconds = new FastHistogram(SECONDS_BOUNDS);

  flushed(commands: number, milliseconds: number): void {
    // Polls alone say nothing of how buyers' commands travel.
    if (commands > 0) this.#flushCommands.record(commands);
    this.#flushSeconds.record(milliseconds / 1000);
  }

  swept(latenessMs: number, expired: number): void {
    this.expired += expired;
    this.#expiryLatenessSeconds.record(latenessMs / 1000);
  }

  snapshot(now: Pick<ShardStats, 'shard' | 'life' | 'waiting' | 'mailboxFill' | 'stock'>): ShardStats {
    const { created, confirmed, released, expired } = this;
    const { refusedByView, overloadedByCommands, overloadedByWait, resubmitted, replicaShortfalls } = this;
    return {
      ...now,
      created,
      confirmed,
      released,
      expired,
      refusedByView,
      overloadedByCommands,
      overloadedByWait,
      resubmitted,
      replicaShortfalls,
      flushCommands: this.#flushCommands.snapshot(),
      flushSeconds: this.#flushSeconds.snapshot(),
      expiryLatenessSeconds: this.#expiryLatenessSeconds.snapshot(),
    };
  }
}
