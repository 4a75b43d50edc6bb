import type { Journal } from './journal.js';

/** A SKU that a load buys, as it was defined for it. */
export interface SoldSku {
  readonly sku: string;
  readonly total: number;
  readonly buyerLimit: number;
  readonly holdTtlMs: number;
  /** Buyers are drawn from so many. */
  readonly buyers: number;
  /** Share of new holds, relative to the other SKUs. */
  readonly weight: number;
}

/** What a client knows after its load ended: nothing is in flight, every unknown was asked again. */
export interface ClientRecords {
  readonly journal: Journal;
  readonly skus: readonly SoldSku[];
  /** Answers that no engine may give, seen by the client itself, in sentences; at most 100 are kept. */
  readonly violations: readonly string[];
  /** Requests whose outcome could not be learnt by asking again. */
  readonly unresolved: number;
  /** Redis may have forgotten holds that ended before, ms since 1970; without it, none. */
  readonly forgottenBefore?: number;
}
