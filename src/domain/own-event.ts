import type { StockEvent } from './event.js';
import type { SkuCounters } from './sku.js';

/** A SKU as an event left it. */
export interface SkuAfter extends SkuCounters {
  readonly sku: string;
}

/** An event that an engine's own call made, as far as the answer told of it. Plain data: it is kept as JSON. */
export interface OwnEvent {
  readonly partition: number;
  readonly seq: number;
  /** Redis time, milliseconds. Stands still while Redis' clock is behind what it was. */
  readonly at: number;
  /** The SKUs that it changed, and others that the call looked at, as they were after it. */
  readonly skus: readonly SkuAfter[];
}

/** Whether an event of the same seq is that one, and not what was written in its place after the store went back. */
export function isSameEvent(event: StockEvent, own: OwnEvent): boolean {
  return (
    event.at === own.at && event.skus.every((after) => own.skus.some((seen) => areCountersSame(seen, after)))
  );
}

function areCountersSame(seen: SkuAfter, after: SkuAfter): boolean {
  return (
    seen.sku === after.sku &&
    seen.total === after.total &&
    seen.available === after.available &&
    seen.held === after.held &&
    seen.sold === after.sold &&
    seen.reserved === after.reserved
  );
}
