import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { Clock } from '../domain/ports.js';
import { LedgerBatch, type LedgerEvent, UnwritableEvent } from './batch.js';
import type { LedgerStore, WriteResult } from './ledger-store.js';
import type { LedgerAlarm } from './messages.js';

/** Counters since the writer was made. */
export interface WriterCounters {
  rows: number;
  committed: number;
  fenced: number;
  failed: number;
  quarantined: number;
}

export type Placed =
  | { readonly kind: 'written' }
  /** Another writer was ahead, or the epoch is over. */
  | { readonly kind: 'fenced' }
  /** Nobody knows how far it came. */
  | { readonly kind: 'lost'; readonly detail: string };

export interface PlacerPorts {
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  alarm(alarm: LedgerAlarm): void;
  /** These events are in Postgres for certain. */
  written(events: readonly LedgerEvent[]): void;
}

/** Writes events in as many transactions as it takes to part the good ones from those that Postgres refuses. */
export class Placer {
  readonly counters: WriterCounters = { rows: 0, committed: 0, fenced: 0, failed: 0, quarantined: 0 };
  readonly transactionSeconds = new FastHistogram(SECONDS_BOUNDS);
  readonly #epoch: number;
  readonly #ports: PlacerPorts;

  constructor(epoch: number, ports: PlacerPorts) {
    this.#epoch = epoch;
    this.#ports = ports;
  }

  /** `events`: in order within each partition, and so is every half of them. */
  async place(events: readonly LedgerEvent[]): Promise<Placed> {
    const result = await this.#transact(events);
    if (result.kind !== 'refused') return this.#counted(result, events);
    if (events.length === 1) return this.#quarantine(events[0]!, result);
    const middle = events.length >> 1;
    const first = await this.place(events.slice(0, middle));
    return first.kind === 'written' ? this.place(events.slice(middle)) : first;
  }

  async #transact(events: readonly LedgerEvent[]): Promise<WriteResult> {
    const { clock, ledger } = this.#ports;
    const begun = clock.monotonic();
    let batch: LedgerBatch;
    try {
      batch = new LedgerBatch(events);
    } catch (error) {
      if (!(error instanceof UnwritableEvent)) throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
    const result = await ledger.write(this.#epoch, batch);
    if (result.kind === 'written') {
      this.counters.rows += batch.rows;
      this.transactionSeconds.record((clock.monotonic() - begun) / 1000);
    }
    return result;
  }

  async #quarantine(event: LedgerEvent, reason: { code: string; detail: string }): Promise<Placed> {
    const result = await this.#ports.ledger.quarantine(this.#epoch, event, reason);
    // Not even its bytes can be kept: as good as a Postgres that is down, and as loud.
    if (result.kind === 'refused') return this.#counted({ kind: 'lost', detail: result.detail }, [event]);
    if (result.kind === 'written') {
      const { partition, seq } = event;
      this.counters.quarantined += 1;
      this.#ports.alarm({
        kind: 'event_quarantined',
        partition,
        seq,
        code: reason.code,
        detail: reason.detail,
      });
    }
    return this.#counted(result, [event]);
  }

  #counted(result: Placed, events: readonly LedgerEvent[]): Placed {
    if (result.kind === 'written') {
      this.counters.committed += 1;
      this.#ports.written(events);
    } else if (result.kind === 'fenced') this.counters.fenced += 1;
    return result;
  }
}
