/** Byte that stands for a state in packed records and on the board; the order is part of the stored format. */
export const SKU_STATES = ['scheduled', 'open', 'paused', 'closed'];
const ACTIONS = {
    open: { from: ['scheduled', 'paused', 'closed'], to: 'open' },
    pause: { from: ['scheduled', 'open'], to: 'paused' },
    close: { from: ['scheduled', 'open', 'paused'], to: 'closed' },
};
/** State after `action`: the same state when repeating changes nothing, `undefined` when the action is not allowed. */
export function stateAfter(action, from) {
    const { from: allowed, to } = ACTIONS[action];
    if (from === to)
        return to;
    return allowed.includes(from) ? to : undefined;
}
/** The values by which scripts and events tell of a SKU, in their order; see "Answers" in lua/README.md. */
export function skuValues(view) {
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
export function isConserved(counters) {
    return counters.total === counters.available + counters.held + counters.sold + counters.reserved;
}
//# sourceMappingURL=sku.js.map