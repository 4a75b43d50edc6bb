import type { Product, SaleStep } from './plan.js';

/** Lines, and the units in them. */
export interface Count {
  lines: number;
  units: number;
}

/** What a step can come to. `failed`: something the contract does not foresee, or no answer in the end. */
export const RESULTS = [
  'offered',
  'accepted',
  'sold out',
  'buyer limit',
  'confirmed',
  'released',
  'expired',
  'returned',
  'failed',
] as const;
export type Result = (typeof RESULTS)[number];

/** What one SKU must look like in the end, as the client saw it happen. */
export interface Expected {
  readonly product: Product;
  confirmedUnits: number;
  returnedUnits: number;
}

/** A hold left to its deadline, to be looked at after it. */
export interface AbandonedHold {
  readonly holdId: string;
  readonly step: SaleStep;
}

/** Counts while the replay runs; the client's side of the books. */
export class Tally {
  readonly counts = new Map<Result, Count>(RESULTS.map((result) => [result, { lines: 0, units: 0 }]));
  readonly expected = new Map<string, Expected>();
  readonly abandoned: AbandonedHold[] = [];
  /** `confirm: 503 unavailable` → how often. */
  readonly failures = new Map<string, number>();
  /** Buyer and SKU → units confirmed: the limit is checked from outside, too. */
  readonly boughtBy = new Map<string, number>();
  /** Requests sent again because the engine was busy or the connection was lost. */
  repeats = 0;
  /** When the last hold was accepted, this machine's clock, milliseconds. */
  lastAcceptedAt = 0;

  constructor(products: readonly Product[]) {
    for (const product of products) {
      this.expected.set(product.sku, { product, confirmedUnits: 0, returnedUnits: 0 });
    }
  }

  add(result: Result, units: number): void {
    const count = this.counts.get(result)!;
    count.lines += 1;
    count.units += units;
  }

  count(result: Result): Count {
    return this.counts.get(result)!;
  }

  accepted(step: SaleStep): void {
    this.add('accepted', step.quantity);
    this.lastAcceptedAt = Date.now();
  }

  confirmed(step: SaleStep): void {
    this.add('confirmed', step.quantity);
    this.expected.get(step.product.sku)!.confirmedUnits += step.quantity;
    const buyerOfSku = `Buyer ${step.buyerId} of ${step.product.sku}`;
    this.boughtBy.set(buyerOfSku, (this.boughtBy.get(buyerOfSku) ?? 0) + step.quantity);
  }

  failed(call: string, why: string, units: number): void {
    this.add('failed', units);
    const failure = `${call}: ${why}`;
    this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
  }
}
