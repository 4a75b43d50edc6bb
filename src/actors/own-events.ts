import type { SharedState } from '../domain/shared-state.js';
import { StopReason } from '../domain/shared-state.js';
import type { StockCallResult } from '../domain/stock-call.js';
import type { ForeignEvents } from './shard-options.js';

/** The newest event that a call of this shard made in a partition; `at`: Redis time, milliseconds. */
interface OwnEvent {
  readonly seq: number;
  readonly at: number;
}

/**
 * Looks, after the connection was in doubt, whether what this shard acknowledged is still there. A store that went back is
 * refused by its seq, but only until another engine has written it on that far: then only the event itself tells.
 */
export class OwnEvents {
  readonly #events: ForeignEvents;
  readonly #shared: SharedState;
  readonly #newest = new Map<number, OwnEvent>();
  /** As it was when the connection was first in doubt: what was made since is of the store as it now is. */
  readonly #doubted = new Map<number, OwnEvent>();
  #isLooking = false;

  constructor(events: ForeignEvents, shared: SharedState) {
    this.#events = events;
    this.#shared = shared;
  }

  /** Takes note of how a call ended. */
  observe(partition: number, result: StockCallResult): void {
    if (result.kind === 'lost' || result.kind === 'not_sent') {
      for (const [known, own] of this.#newest) if (!this.#doubted.has(known)) this.#doubted.set(known, own);
    } else if (result.kind === 'reply' && result.changed) {
      this.#newest.set(partition, { seq: result.seq, at: result.now });
    }
  }

  /**
   * Compares what is in doubt with the streams; what cannot be read now is looked at again. Never rejects. One look at a time: a
   * Redis that is slow to answer must not get a queue of them before the calls.
   */
  async check(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#look();
    } finally {
      this.#isLooking = false;
    }
  }

  async #look(): Promise<void> {
    for (const [partition, own] of [...this.#doubted]) {
      try {
        const [event] = await this.#events.read(partition, own.seq - 1, 1);
        // None: the store is behind, which its seq tells. A later one: it was trimmed, and so it is in the ledger.
        if (event?.seq === own.seq && event.at !== own.at) this.#shared.raiseStop(StopReason.StoreRolledBack);
        if (event !== undefined) this.#doubted.delete(partition);
      } catch {
        return;
      }
    }
  }
}
