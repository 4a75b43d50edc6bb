/**
 * A buyer's claim on a quantity of one SKU, with a deadline. `held` leads to exactly one of the other three, and
 * nothing leads out of those:
 *
 *     held ──confirm──▶ confirmed
 *       ├────release──▶ released
 *       └──deadline───▶ expired
 */
export type HoldState = 'held' | 'confirmed' | 'released' | 'expired';
export type EndedHoldState = Exclude<HoldState, 'held'>;

interface HoldFacts {
  readonly holdId: string;
  readonly sku: string;
  readonly buyerId: string;
  /** Units. */
  readonly quantity: number;
  /** The deadline: Redis time, milliseconds since 1970. */
  readonly expiresAt: number;
}

export type Hold =
  | (HoldFacts & { readonly state: 'held' })
  | (HoldFacts & { readonly state: 'confirmed'; readonly endedAt: number; readonly paymentRef: string })
  | (HoldFacts & { readonly state: 'released'; readonly endedAt: number })
  | (HoldFacts & { readonly state: 'expired'; readonly endedAt: number });

/** Byte that stands for a state in packed hold records and events; the order is part of the stored format. */
export const HOLD_STATES: readonly HoldState[] = ['held', 'confirmed', 'released', 'expired'];

export function isLegalHoldTransition(from: HoldState | undefined, to: HoldState): boolean {
  if (from === undefined) return to === 'held';
  return from === 'held' && to !== 'held';
}
