import type { StockEvent } from '../domain/event.js';
import type { SharedState } from '../domain/shared-state.js';
import { StopReason } from '../domain/shared-state.js';
import type { SkuView } from '../domain/sku.js';
import type { StockCallResult, StockStore } from '../domain/stock-call.js';
import type { ForeignEvents } from './shard-options.js';

/** The newest event that a call of this shard made in a partition, as far as the answer told of it. */
interface OwnEvent {
  readonly seq: number;
  /** Redis time, milliseconds. Stands still while Redis' clock is behind what it was. */
  readonly at: number;
  /** The SKUs that it changed, and others that the call looked at, as they were after it. */
  readonly skus: readonly SkuView[];
}

/**
 * Events in doubt of one partition, at most: one each time the connection was in doubt and an event had been made since the
 * last time. They are looked for with every poll, so more wait only while calls get through and reads do not.
 */
const DOUBTED_MAX = 64;

/** Whether the stream told of an event; `behind`: it has not come so far. */
type Look = 'told' | 'behind' | 'unread';

/**
 * Looks, after the connection was in doubt, whether what this shard acknowledged is still there. A store that went back is
 * refused by its seq, but only until another engine has written it on that far: then only the event itself tells.
 */
export class OwnEvents {
  readonly #events: ForeignEvents;
  readonly #shared: SharedState;
  readonly #newest = new Map<number, OwnEvent>();
  /**
   * The newest of each time the connection was in doubt, by partition. An older doubt does not cover a newer one: the store may
   * have gone back to between the two. What was made after the last is of the store as it now is, and tells nothing.
   */
  readonly #doubted = new Map<number, OwnEvent[]>();

  readonly #store: Pick<StockStore, 'timesReady'>;
  #timesReady: number | undefined;
  #isLooking = false;

  constructor(events: ForeignEvents, shared: SharedState, store: Pick<StockStore, 'timesReady'>) {
    this.#events = events;
    this.#shared = shared;
    this.#store = store;
    this.#timesReady = store.timesReady;
  }

  /** Takes note of how a call ended. */
  observe(partition: number, result: StockCallResult): void {
    // Before anything that the store says after it came back.
    this.#doubtAfterReconnect();
    if (result.kind === 'lost' || result.kind === 'not_sent') this.#doubtAll();
    else if (result.kind === 'reply' && result.changed) {
      this.#newest.set(partition, { seq: result.seq, at: result.now, skus: result.skus });
    }
  }

  /**
   * Compares what is in doubt with the streams; what cannot be read now is looked at again. Never rejects. One look at a time: a
   * Redis that is slow to answer must not get a queue of them before the calls.
   */
  async check(): Promise<void> {
    this.#doubtAfterReconnect();
    if (this.#isLooking) return;
    this.#isLooking = true;
    const taken = [...this.#doubted].flatMap(([partition, all]) => all.map((own) => ({ partition, own })));
    // What comes into doubt from here on is looked for again, also where an answer from before that is on its way.
    this.#doubted.clear();
    let canRead = true;
    for (const { partition, own } of taken) {
      const look: Look = canRead ? await this.#look(partition, own) : 'unread';
      canRead = look !== 'unread';
      if (look !== 'told') this.#doubt(partition, own);
    }
    this.#isLooking = false;
  }

  /** A connection that broke while nothing was under way, and was there again before the next call: no call tells of it. */
  #doubtAfterReconnect(): void {
    const { timesReady } = this.#store;
    if (timesReady === this.#timesReady) return;
    this.#timesReady = timesReady;
    this.#doubtAll();
  }

  #doubtAll(): void {
    for (const [partition, own] of this.#newest) this.#doubt(partition, own);
  }

  #doubt(partition: number, own: OwnEvent): void {
    const doubted = this.#doubted.get(partition) ?? [];
    if (doubted.includes(own)) return;
    doubted.push(own);
    if (doubted.length > DOUBTED_MAX) doubted.shift();
    this.#doubted.set(partition, doubted);
  }

  async #look(partition: number, own: OwnEvent): Promise<Look> {
    try {
      const [event] = await this.#events.read(partition, own.seq - 1, 1);
      // None: the store is behind, which its seq tells. A later one: it was trimmed, and so it is in the ledger.
      if (event?.seq === own.seq && !isSame(event, own)) this.#shared.raiseStop(StopReason.StoreRolledBack);
      return event === undefined ? 'behind' : 'told';
    } catch {
      return 'unread';
    }
  }
}

function isSame(event: StockEvent, own: OwnEvent): boolean {
  return (
    event.at === own.at && event.skus.every((view) => own.skus.some((seen) => areCountersSame(seen, view)))
  );
}

function areCountersSame(seen: SkuView, view: SkuView): boolean {
  return (
    seen.sku === view.sku &&
    seen.total === view.total &&
    seen.available === view.available &&
    seen.held === view.held &&
    seen.sold === view.sold &&
    seen.reserved === view.reserved
  );
}
