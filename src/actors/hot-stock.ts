import type { Clock } from '../domain/ports.js';
import type { StockGlance, StockScan } from '../domain/sale.js';
import { AVAILABLE_MASK, type BoardMemory, STATE_SHIFT } from './board-memory.js';
import { TopRows } from './top-rows.js';

/** How fast a SKU's heat follows what is taken of it: longer, and the order lags behind; shorter, and rows jump about. */
const HEAT_MS = 5000;
/** Less than this many units a second is no heat: such SKUs keep a steady order. */
const HEAT_MIN = 0.05;
/** Rows looked at in one go: less than a millisecond. */
const SLICE_ROWS = 8192;
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

/** One scan under way. */
interface Pass {
  readonly end: number;
  readonly elapsedMs: number;
  /** Share of the newest rate in the average. */
  readonly weight: number;
  readonly top: TopRows;
  readonly whenDone: (glance: StockGlance) => void;
  row: number;
  skus: number;
  selling: number;
  soldOut: number;
  available: number;
}

/**
 * Finds the SKUs that sell fastest by comparing their words on the board with those of the last scan: nobody on the way of a
 * request counts anything for it. A scan goes in slices, so that requests never wait for more than one.
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

  scan(limit: number, whenDone: (glance: StockGlance) => void): void {
    const end = this.#names.rowsEnd;
    this.#makeRoom(end);
    const now = this.#clock.monotonic();
    const elapsedMs = Math.max(1, now - this.#scannedAt);
    this.#scannedAt = now;
    const weight = 1 - Math.exp(-elapsedMs / HEAT_MS);
    const counts = { row: 0, skus: 0, selling: 0, soldOut: 0, available: 0 };
    this.#goOn({ end, elapsedMs, weight, top: new TopRows(limit), whenDone, ...counts });
  }

  #goOn(pass: Pass): void {
    const until = Math.min(pass.end, pass.row + SLICE_ROWS);
    while (pass.row < until) {
      this.#look(pass, pass.row);
      pass.row += 1;
    }
    if (pass.row < pass.end) this.#clock.setTimer(0, () => this.#goOn(pass));
    else this.#finish(pass);
  }

  #look(pass: Pass, row: number): void {
    if (this.#names.skuOfRow(row) === undefined) return;
    // Not by Atomics, which takes several times as long: a word of 32 bits is never half written, and a moment late is soon enough.
    const word = this.#memory.words[row]!;
    const left = word & AVAILABLE_MASK;
    const state = word >>> STATE_SHIFT;
    pass.skus += 1;
    pass.available += left;
    if (state === OPEN) {
      if (left > 0) pass.selling += 1;
      else pass.soldOut += 1;
    }
    // A row not seen before has no past, and so no heat.
    const taken = row < this.#seen ? Math.max(0, this.#before[row]! - left) : 0;
    this.#before[row] = left;
    const heat = this.#heat[row]! + ((1000 * taken) / pass.elapsedMs - this.#heat[row]!) * pass.weight;
    this.#heat[row] = heat < HEAT_MIN ? 0 : heat;
    pass.top.offer(row, scoreOf(heat, state, left));
  }

  #finish({ end, skus, selling, soldOut, available, top, whenDone }: Pass): void {
    this.#seen = end;
    const hot = top.best().map((row) => ({
      sku: this.#names.skuOfRow(row)!,
      takenPerSecond: this.#heat[row]!,
    }));
    whenDone({ skus, selling, soldOut, available, hot });
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
  if (heat >= HEAT_MIN) return 10 + heat;
  if (state === OPEN) return left > 0 ? 4 : 1;
  if (state === SCHEDULED) return 3;
  return state === PAUSED ? 2 : 0;
}
