import type { SkuState, SkuView } from '../domain/sku.js';
import type { StockTotals } from '../domain/stats.js';

/**
 * Adds up what a shard knows of its SKUs. Oversold units are looked for here as well as by the audit, because this looks
 * once a second: no counters of any SKU may ever promise more than there is.
 */
export function stockTotals(views: Iterable<SkuView>): StockTotals {
  const skus: Record<SkuState, number> = { scheduled: 0, open: 0, paused: 0, closed: 0 };
  const units = { available: 0, held: 0, sold: 0, reserved: 0 };
  let soldOut = 0;
  let oversoldUnits = 0;
  for (const { state, total, available, held, sold, reserved } of views) {
    skus[state] += 1;
    units.available += available;
    units.held += held;
    units.sold += sold;
    units.reserved += reserved;
    if (state === 'open' && available === 0) soldOut += 1;
    oversoldUnits += Math.max(0, available + held + sold + reserved - total);
  }
  return { skus, units, soldOut, oversoldUnits };
}
