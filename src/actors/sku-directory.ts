import type { SkuState, SkuView } from '../domain/sku.js';
import type { StockTotals } from '../domain/stats.js';
import { SkuActor } from './actor.js';
import type { BoardRow } from './board.js';
import type { BoardMemory } from './board-memory.js';
import { StockTally } from './stock-tally.js';

const UNKNOWN_MAX = 10_000;

export interface SkuFilter {
  readonly state?: SkuState;
  readonly limit: number;
  /** Answer SKUs after this one, in code unit order; empty starts at the first. */
  readonly after: string;
}

/** All SKUs of a shard, their rows on the board, and for a moment the names that are none. */
export class SkuDirectory<Ticket> {
  readonly #board: BoardMemory;
  readonly #announce: (row: BoardRow) => void;
  readonly #unknownMs: number;
  readonly #actors = new Map<string, SkuActor<Ticket>>();
  /** Rows from an earlier life of this shard. */
  readonly #rows: Map<string, number>;
  readonly #tally = new StockTally();
  #unknown = new Map<string, number>();
  #sorted: string[] | undefined;

  constructor(options: {
    readonly board: BoardMemory;
    readonly rows: readonly BoardRow[];
    readonly announce: (row: BoardRow) => void;
    readonly unknownMs: number;
  }) {
    this.#board = options.board;
    this.#announce = options.announce;
    this.#unknownMs = options.unknownMs;
    this.#rows = new Map(options.rows.map(({ sku, row }) => [sku, row]));
  }

  get size(): number {
    return this.#actors.size;
  }

  /** Over all SKUs. */
  stock(): StockTotals {
    return this.#tally.totals();
  }

  get(sku: string): SkuActor<Ticket> | undefined {
    return this.#actors.get(sku);
  }

  /** Takes a view, making the SKU's actor where there is none; answers the actor if the view was news to it. */
  accept(partition: number, view: SkuView, seq: number): SkuActor<Ticket> | undefined {
    let actor = this.#actors.get(view.sku);
    const before = actor?.view;
    if (actor === undefined) actor = this.#add(partition, view, seq);
    else if (!actor.accept(view, seq)) return undefined;
    this.#tally.changed(before, view);
    if (actor.row >= 0) this.#board.writeRow(actor.row, view);
    return actor;
  }

  /** Whether the store said less than a moment ago that there is no such SKU. `now`: monotonic, milliseconds. */
  isUnknown(sku: string, now: number): boolean {
    const until = this.#unknown.get(sku);
    return until !== undefined && now < until;
  }

  /** Bounded: names nobody defined are free to invent, so that the whole memory is dropped when it is full. */
  noteUnknown(sku: string, now: number): void {
    if (this.#unknown.size >= UNKNOWN_MAX) this.#unknown = new Map();
    this.#unknown.set(sku, now + this.#unknownMs);
  }

  list(filter: SkuFilter): readonly SkuView[] {
    this.#sorted ??= [...this.#actors.keys()].sort();
    const names = this.#sorted;
    const views: SkuView[] = [];
    for (let index = firstAfter(names, filter.after); index < names.length; index += 1) {
      if (views.length >= filter.limit) break;
      const { view } = this.#actors.get(names[index]!)!;
      if (filter.state === undefined || view.state === filter.state) views.push(view);
    }
    return views;
  }

  #add(partition: number, view: SkuView, seq: number): SkuActor<Ticket> {
    const actor = new SkuActor<Ticket>(partition, view, seq);
    this.#actors.set(view.sku, actor);
    this.#unknown.delete(view.sku);
    this.#sorted = undefined;
    const known = this.#rows.get(view.sku);
    actor.row = known ?? this.#board.takeRow() ?? -1;
    this.#rows.delete(view.sku);
    if (known === undefined && actor.row >= 0) {
      // The row's word first: the gateway looks as soon as it hears of the row.
      this.#board.writeRow(actor.row, view);
      this.#announce({ sku: view.sku, row: actor.row, partition });
    }
    return actor;
  }
}

/** Index of the first name greater than `after`. */
function firstAfter(names: readonly string[], after: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (names[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
