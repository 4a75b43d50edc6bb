import type { Clock } from '../domain/ports.js';
import type { StockGlance, StockScan } from '../domain/sale.js';
import { AVAILABLE_MASK, type BoardMemory, STATE_SHIFT } from './board-memory.js';

/** How fast a SKU's heat follows what is taken of it: longer, and the order lags behind; shorter, and rows jump about. */
const HEAT_MS = 5000;
/** Less than this many units a second is no heat: such SKUs keep a steady order. */
const HEAT_MIN = 0.05;
/** Rows the first scan has room for; doubled when there are more. */
const ROWS_FIRST = 1024;

const SCHEDULED = 0;
const OPEN = 1;
const PAUSED = 2;

/** Which SKU has which row. */
export interface RowNames {
  /** `undefined` for a row that no shard announced. */
  skuOfRow(row: number): string | undefined;
  /** One more than the highest row announced. */
  readonly rowsEnd: number;
}

/**
 * Finds the SKUs that sell fastest by comparing their words on the board with those of the last scan: nobody on the way of a
 * request counts anything for it, and 100,000 SKUs take a millisecond or two.
 */
export class HotStock implements StockScan {
  readonly #memory: BoardMemory;
  readonly #names: RowNames;
  readonly #clock: Clock;
  #before = new Int32Array(ROWS_FIRST);
  #heat = new Float32Array(ROWS_FIRST);
  /** Rows seen by the last scan. */
  #seen = 0;
  #scannedAt = 0;

  constructor(options: { readonly memory: BoardMemory; readonly names: RowNames; readonly clock: Clock }) {
    this.#memory = options.memory;
    this.#names = options.names;
    this.#clock = options.clock;
  }

  scan(limit: number): StockGlance {
    const end = this.#names.rowsEnd;
    this.#makeRoom(end);
    const now = this.#clock.monotonic();
    const elapsedMs = Math.max(1, now - this.#scannedAt);
    this.#scannedAt = now;
    const top = new Top(limit);
    let [skus, selling, soldOut, available] = [0, 0, 0, 0];
    for (let row = 0; row < end; row += 1) {
      if (this.#names.skuOfRow(row) === undefined) continue;
      const word = Atomics.load(this.#memory.words, row);
      const left = word & AVAILABLE_MASK;
      const state = word >>> STATE_SHIFT;
      skus += 1;
      available += left;
      if (state === OPEN) {
        if (left > 0) selling += 1;
        else soldOut += 1;
      }
      top.offer(row, scoreOf(this.#heatOf(row, left, elapsedMs), state, left));
    }
    this.#seen = end;
    const hot = top.rows.map((row) => ({
      sku: this.#names.skuOfRow(row)!,
      takenPerSecond: this.#heat[row]!,
    }));
    return { skus, selling, soldOut, available, hot };
  }

  /** An average that forgets: a row not seen before has no past, and so no heat. */
  #heatOf(row: number, left: number, elapsedMs: number): number {
    const taken = row < this.#seen ? Math.max(0, this.#before[row]! - left) : 0;
    this.#before[row] = left;
    const weight = 1 - Math.exp(-elapsedMs / HEAT_MS);
    const heat = this.#heat[row]! + (taken / (elapsedMs / 1000) - this.#heat[row]!) * weight;
    this.#heat[row] = heat < HEAT_MIN ? 0 : heat;
    return this.#heat[row]!;
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#before.length) return;
    const size = 2 ** Math.ceil(Math.log2(rows));
    const [before, heat] = [new Int32Array(size), new Float32Array(size)];
    before.set(this.#before);
    heat.set(this.#heat);
    this.#before = before;
    this.#heat = heat;
  }
}

/** Any heat comes before none; without it, what can be bought before what cannot. */
function scoreOf(heat: number, state: number, left: number): number {
  if (heat > 0) return 10 + heat;
  if (state === OPEN) return left > 0 ? 4 : 1;
  if (state === SCHEDULED) return 3;
  return state === PAUSED ? 2 : 0;
}

/** The rows of the highest scores, highest first; of equal ones those offered first. */
class Top {
  readonly rows: number[] = [];
  readonly #scores: number[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(row: number, score: number): void {
    const isFull = this.rows.length >= this.#limit;
    if (isFull && score <= (this.#scores.at(-1) ?? 0)) return;
    let place = this.rows.length;
    while (place > 0 && this.#scores[place - 1]! < score) place -= 1;
    this.rows.splice(place, 0, row);
    this.#scores.splice(place, 0, score);
    if (!isFull) return;
    this.rows.pop();
    this.#scores.pop();
  }
}
