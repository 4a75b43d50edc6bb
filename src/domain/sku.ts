/**
 * States of a SKU. `open` leads to `open` from scheduled, paused and closed; `pause` from scheduled (then `opensAt` no longer
 * opens it) and open; `close` from any. Reaching `opensAt` opens a scheduled SKU, reaching `closesAt` closes any.
 */
export type SkuState = 'scheduled' | 'open' | 'paused' | 'closed';

/** Byte that stands for a state in packed records and on the board; the order is part of the stored format. */
export const SKU_STATES: readonly SkuState[] = ['scheduled', 'open', 'paused', 'closed'];

export type SkuAction = 'open' | 'pause' | 'close';

const ACTIONS: Readonly<Record<SkuAction, { from: readonly SkuState[]; to: SkuState }>> = {
  open: { from: ['scheduled', 'paused', 'closed'], to: 'open' },
  pause: { from: ['scheduled', 'open'], to: 'paused' },
  close: { from: ['scheduled', 'open', 'paused'], to: 'closed' },
};

/** State after `action`: the same state when repeating changes nothing, `undefined` when the action is not allowed. */
export function stateAfter(action: SkuAction, from: SkuState): SkuState | undefined {
  const { from: allowed, to } = ACTIONS[action];
  if (from === to) return to;
  return allowed.includes(from) ? to : undefined;
}

/** Counters in units; always `total = available + held + sold + reserved`. */
export interface SkuCounters {
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Safety stock kept back from sale. */
  readonly reserved: number;
}

export interface SkuRules {
  /** Most units one buyer may have held or bought; 0 means no limit. */
  readonly buyerLimit: number;
  /** How long a new hold lasts, milliseconds. */
  readonly holdTtlMs: number;
  /** Redis time, milliseconds since 1970; 0 means none. */
  readonly opensAt: number;
  readonly closesAt: number;
}

/** A SKU as the store last reported it. */
export interface SkuView extends SkuCounters, SkuRules {
  readonly sku: string;
  readonly state: SkuState;
}

/** The values by which scripts and events tell of a SKU, in their order; see "Answers" in lua/README.md. */
export function skuValues(view: SkuView): readonly (string | number)[] {
  return [
    view.sku,
    SKU_STATES.indexOf(view.state),
    view.total,
    view.available,
    view.held,
    view.sold,
    view.reserved,
    view.buyerLimit,
    view.holdTtlMs,
    view.opensAt,
    view.closesAt,
  ];
}

/** What a merchant defines; a SKU defined again exactly so is a success that changes nothing. */
export interface SkuDefinition extends SkuRules {
  readonly sku: string;
  readonly total: number;
  /** Units, already resolved from a percentage (rounded up). */
  readonly reserved: number;
}

/** Rules to change; a field left out stays as it is. */
export interface SkuPatch extends Partial<SkuRules> {
  readonly sku: string;
  /** Units or share of `total` in percent, resolved by the store at the moment of the change, rounded up. */
  readonly reserved?: { readonly units: number } | { readonly percent: number };
}

export function isConserved(counters: SkuCounters): boolean {
  return counters.total === counters.available + counters.held + counters.sold + counters.reserved;
}
