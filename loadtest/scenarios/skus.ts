import type { SoldSku } from '../consistency/records.js';

/** Far more than any run can sell. */
export const PLENTY = 100_000_000;
/** No hold of a run ends by itself before everything was compared. */
export const LONG_TTL_MS = 3_600_000;
const BUYERS = 5_000_000;
const BUYER_LIMIT = 5;

/** A SKU with much stock, many buyers and a limit for each of them. */
export function sku(name: string, differing: Partial<SoldSku> = {}): SoldSku {
  const usual = { total: PLENTY, buyerLimit: BUYER_LIMIT, holdTtlMs: LONG_TTL_MS, buyers: BUYERS, weight: 1 };
  return { ...usual, sku: name, ...differing };
}

/** `<prefix>000000` … in the order of their weights. */
export function skusWithWeights(
  prefix: string,
  weights: readonly number[],
  differing: Partial<SoldSku> = {},
): readonly SoldSku[] {
  return weights.map((weight, index) =>
    sku(`${prefix}${String(index).padStart(6, '0')}`, { weight, ...differing }),
  );
}
