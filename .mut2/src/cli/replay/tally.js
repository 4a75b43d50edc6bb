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
];
/** Counts while the replay runs; the client's side of the books. */
export class Tally {
    counts = new Map(RESULTS.map((result) => [result, { lines: 0, units: 0 }]));
    expected = new Map();
    abandoned = [];
    /** `confirm: 503 unavailable` → how often. */
    failures = new Map();
    /** Buyer and SKU → units confirmed: the limit is checked from outside, too. */
    boughtBy = new Map();
    /** Requests sent again because the engine was busy or the connection was lost. */
    repeats = 0;
    /** When the last hold was accepted, this machine's clock, milliseconds. */
    lastAcceptedAt = 0;
    constructor(products) {
        for (const product of products) {
            this.expected.set(product.sku, { product, confirmedUnits: 0, returnedUnits: 0 });
        }
    }
    add(result, units) {
        const count = this.counts.get(result);
        count.lines += 1;
        count.units += units;
    }
    count(result) {
        return this.counts.get(result);
    }
    accepted(step) {
        this.add('accepted', step.quantity);
        this.lastAcceptedAt = Date.now();
    }
    confirmed(step) {
        this.add('confirmed', step.quantity);
        this.expected.get(step.product.sku).confirmedUnits += step.quantity;
        const buyerOfSku = `Buyer ${step.buyerId} of ${step.product.sku}`;
        this.boughtBy.set(buyerOfSku, (this.boughtBy.get(buyerOfSku) ?? 0) + step.quantity);
    }
    failed(call, why, units) {
        this.add('failed', units);
        const failure = `${call}: ${why}`;
        this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
    }
}
//# sourceMappingURL=tally.js.map