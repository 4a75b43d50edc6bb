import { partitionOf } from '../domain/partition.js';
import type { Board, BoardVerdict, Clock } from '../domain/ports.js';
import { AVAILABLE_MASK, type BoardMemory, STATE_SHIFT } from './board-memory.js';
import { KeyFilter } from './key-filter.js';

/** A SKU's place on the board, as its shard announces it. */
export interface BoardRow {
  readonly sku: string;
  readonly row: number;
  readonly partition: number;
}

/** Fingerprints of holds this gateway did not send on itself: found at start, or made through another engine. */
export interface ForeignKeys {
  readonly partition: number;
  readonly fingerprints: readonly number[];
  /** Counts the lists of a partition; answered in `BoardMemory.applied`. */
  readonly list: number;
}

export interface BoardOptions {
  readonly memory: BoardMemory;
  readonly clock: Clock;
  /** Age at which a partition's rows are no longer trusted, milliseconds. */
  readonly freshMs: number;
  /** Keys to plan the filter for. */
  readonly fingerprints: number;
  /** How long a key must be remembered: longest hold plus idempotency retention, milliseconds. */
  readonly retentionMs: number;
}

/** The gateway's side of the board. One thread; `look` allocates nothing. */
export class GatewayBoard implements Board {
  available = 0;
  opensAt = 0;
  readonly #memory: BoardMemory;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #filter: KeyFilter;
  readonly #rows = new Map<string, number>();
  /** SKU by row; not every row was announced yet. */
  readonly #skus: (string | undefined)[] = [];
  readonly #partitionOfRow: Uint16Array;

  constructor(options: BoardOptions) {
    this.#memory = options.memory;
    this.#clock = options.clock;
    this.#freshMs = options.freshMs;
    this.#filter = new KeyFilter(options.fingerprints, options.retentionMs, options.clock.monotonic());
    this.#partitionOfRow = new Uint16Array(options.memory.rows);
  }

  look(sku: string, quantity: number, fingerprint: number): BoardVerdict {
    const row = this.#rows.get(sku);
    if (row === undefined) return this.#lookWithoutRow(sku, fingerprint);
    const memory = this.#memory;
    // The word before the stamp: see `BoardMemory`.
    const word = Atomics.load(memory.words, row);
    if (!this.#isFresh(this.#partitionOfRow[row]!) || this.#filter.mayHave(fingerprint)) return 'ask';
    const available = word & AVAILABLE_MASK;
    this.available = available;
    switch (word >>> STATE_SHIFT) {
      case 1:
        return available >= quantity ? 'ask_new' : 'sold_out';
      case 0:
        this.opensAt = memory.opensAt[row]!;
        return 'not_open';
      case 2:
        return 'paused';
      default:
        return 'closed';
    }
  }

  remember(fingerprint: number): void {
    this.#filter.add(fingerprint, this.#clock.monotonic());
  }

  /** SKUs that have a row. */
  get size(): number {
    return this.#rows.size;
  }

  /** All rows known, to give a restarted shard the rows its SKUs already have. */
  *rows(): Iterable<BoardRow> {
    for (const [sku, row] of this.#rows) yield { sku, row, partition: this.#partitionOfRow[row]! };
  }

  /** One more than the highest row that was announced. */
  get rowsEnd(): number {
    return this.#skus.length;
  }

  /** `undefined` for a row not announced yet. */
  skuOfRow(row: number): string | undefined {
    return this.#skus[row];
  }

  addRow(entry: BoardRow): void {
    this.#partitionOfRow[entry.row] = entry.partition;
    this.#rows.set(entry.sku, entry.row);
    this.#skus[entry.row] = entry.sku;
  }

  addForeignKeys(keys: ForeignKeys): void {
    const now = this.#clock.monotonic();
    for (const fingerprint of keys.fingerprints) this.#filter.add(fingerprint, now);
    this.#memory.markApplied(keys.partition, keys.list);
  }

  #lookWithoutRow(sku: string, fingerprint: number): BoardVerdict {
    const fresh = this.#isFresh(partitionOf(sku, this.#memory.partitions));
    return fresh && !this.#filter.mayHave(fingerprint) ? 'ask_new' : 'ask';
  }

  #isFresh(partition: number): boolean {
    const stamp = Atomics.load(this.#memory.stamps, partition);
    if (stamp === 0) return false;
    return ((this.#memory.ticks(this.#clock.monotonic()) - stamp) | 0) <= this.#freshMs;
  }
}
