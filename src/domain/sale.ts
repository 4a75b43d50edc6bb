import type { ErrorCode } from './errors.js';
import type { Readiness } from './ports.js';
import type { SkuView } from './sku.js';

/** One second of a sale as one engine answered it. */
export interface SalePoint {
  /** End of the second, milliseconds since 1970. */
  readonly at: number;
  /** Answers to requests for new holds, a second: a new hold; a refusal (4xx); a failure (5xx). */
  readonly acceptedPerSecond: number;
  readonly refusedPerSecond: number;
  readonly failedPerSecond: number;
  /** Of the last five seconds, interpolated within a bucket of the histogram; `null` when there was no such answer. */
  readonly acceptedP50Seconds: number | null;
  readonly acceptedP99Seconds: number | null;
  readonly refusedP99Seconds: number | null;
  /** Age of the oldest event that is not in the ledger yet. */
  readonly lagSeconds: number;
}

/** What this engine did since it started. */
export interface SaleTotals {
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** The refusals and failures by their code; only codes that happened. */
  readonly byCode: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Holds that ended, by how. */
  readonly confirmed: number;
  readonly released: number;
  readonly expired: number;
}

/** Events not in the ledger yet, and what the background audit found. */
export interface LedgerFigures {
  readonly lagEvents: number;
  readonly auditRounds: number;
  /** Partitions not counted when they had their turn last, and how often that ever happened. */
  readonly auditUncounted: number;
  readonly auditFailures: number;
  /** SKUs of which units were withheld; SKUs that wait for a person. */
  readonly auditRepairs: number;
  readonly auditDiffering: number;
  /** End of the last round, milliseconds since 1970; 0 before the first. */
  readonly auditedAt: number;
}

/** All SKUs with a row on the board at one look, and those whose stock goes fastest. */
export interface StockGlance {
  readonly skus: number;
  /** Open with stock; open without. */
  readonly selling: number;
  readonly soldOut: number;
  /** Units available over all SKUs. */
  readonly available: number;
  /** The hottest first; then those that sell, that wait for their opening, that are paused, sold out, closed. */
  readonly hot: readonly { readonly sku: string; readonly takenPerSecond: number }[];
}

/** Looks over the stock of all SKUs without asking anybody. */
export interface StockScan {
  /** `limit`: most SKUs of `hot`. Not to be called again before it is done, which may be now or some turns later. */
  scan(limit: number, whenDone: (glance: StockGlance) => void): void;
}

/** A SKU as the live board shows it. */
export interface HotSku
  extends Pick<
    SkuView,
    'sku' | 'state' | 'total' | 'available' | 'held' | 'sold' | 'reserved' | 'opensAt' | 'closesAt'
  > {
  /** Units that left `available`, a second, of the last few seconds; what came back meanwhile counts against it. */
  readonly takenPerSecond: number;
}

/** A sale at one moment. No buyer, hold or payment is in it. */
export interface SaleSnapshot {
  readonly point: SalePoint;
  readonly totals: SaleTotals;
  readonly ledger: LedgerFigures;
  readonly stock: Omit<StockGlance, 'hot'>;
  readonly skus: readonly HotSku[];
  readonly readiness: Readiness;
}

/** Where the live board gets its news. */
export interface SaleFeed {
  /** The last minutes, oldest first; bounded. */
  readonly history: readonly SalePoint[];
  /** Tells `follower` about once a second until the answered function is called. One snapshot serves all followers. */
  follow(follower: (snapshot: SaleSnapshot) => void): () => void;
}
