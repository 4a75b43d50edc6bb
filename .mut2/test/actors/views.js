/** A view with the given values; the rest is an open SKU, and the counters add up. */
export function skuView(values = {}) {
    const { available = 10, held = 0, sold = 0, reserved = 0 } = values;
    return {
        sku: 'phone',
        state: 'open',
        buyerLimit: 0,
        holdTtlMs: 60_000,
        opensAt: 0,
        closesAt: 0,
        ...values,
        available,
        held,
        sold,
        reserved,
        total: available + held + sold + reserved,
    };
}
//# sourceMappingURL=views.js.map