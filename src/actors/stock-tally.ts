import type { SkuState, SkuView } from '../domain/sku.js';
import type { StockTotals } from '../domain/stats.js';

/**
 * The stock of all SKUs of a shard, kept up with every view: adding up a hundred thousand SKUs once a second would hold
 * up buyers for tens of milliseconds. Oversold units are looked for here as well as by the audit, because here they are
 * seen at once: the counters of no SKU may ever promise more than there is.
 */
export class StockTally {
  readonly #skus: Record<SkuState, number> = { scheduled: 0, open: 0, paused: 0, closed: 0 };
  readonly #units = { available: 0, held: 0, sold: 0, reserved: 0 };
  #soldOut = 0;
  #oversoldUnits = 0;

  /** `before`: what was counted of the same SKU until now; `undefined` for a new one. */
  changed(before: SkuView | undefined, after: SkuView): void {
    if (before !== undefined) this.#count(before, -1);
    this.#count(after, 1);
  }

  totals(): StockTotals {
    return {
      skus: { ...this.#skus },
      units: { ...this.#units },
      soldOut: this.#soldOut,
      oversoldUnits: this.#oversoldUnits,
    };
  }

  #count({ state, total, available, held, sold, reserved }: SkuView, sign: 1 | -1): void {
    this.#skus[state] += sign;
    this.#units.available += sign * available;
    this.#units.held += sign * held;
    this.#units.sold += sign * sold;
    this.#units.reserved += sign * reserved;
    if (state === 'open' && available === 0) this.#soldOut += sign;
    // By SKU: one that promises too little does not make good what another promises too much.
    const oversold = available + held + sold + reserved - total;
    if (oversold > 0) this.#oversoldUnits += sign * oversold;
  }
}
