import type { ErrorCode } from './errors.js';
import type { Hold } from './hold.js';
import type { SkuView } from './sku.js';

/** Extra members of an error, by code; each lands in the problem document under its own name. */
export interface RefusalDetails {
  readonly detail?: string;
  /** sold_out, insufficient_stock: units available now. */
  readonly available?: number;
  /** buyer_limit. */
  readonly limit?: number;
  readonly remaining?: number;
  /** buyer_limit: the buyer's live holds, newest last, 16 at most. */
  readonly holdIds?: readonly string[];
  /** not_open: Redis time in milliseconds; 0 or absent where none is set. */
  readonly opensAt?: number;
  /** outcome_unknown; and the hold itself for hold_expired, hold_released, hold_confirmed. */
  readonly holdId?: string;
  readonly paymentRef?: string;
  /** Seconds to wait, for 503 and 429. */
  readonly retryAfterSeconds?: number;
}

export interface Refusal extends RefusalDetails {
  readonly kind: 'refused';
  readonly code: ErrorCode;
}

/** A hold in its state after the command; `replayed` when an earlier call had done it. */
export interface HoldOutcome {
  readonly kind: 'hold';
  readonly hold: Hold;
  readonly replayed: boolean;
}

/** A SKU after the command; `changed` is false when the call found it so already. `now` is Redis time, milliseconds. */
export interface SkuOutcome {
  readonly kind: 'sku';
  readonly view: SkuView;
  readonly changed: boolean;
  readonly now: number;
}

export interface SkuPageOutcome {
  readonly kind: 'skus';
  readonly views: readonly SkuView[];
  readonly now: number;
}

export type Outcome = HoldOutcome | SkuOutcome | SkuPageOutcome | Refusal;

export function refused(code: ErrorCode, details: RefusalDetails = {}): Refusal {
  return { kind: 'refused', code, ...details };
}
