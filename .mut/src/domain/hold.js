/** Byte that stands for a state in packed hold records and events; the order is part of the stored format. */
export const HOLD_STATES = ['held', 'confirmed', 'released', 'expired'];
export function isLegalHoldTransition(from, to) {
    if (from === undefined)
        return to === 'held';
    return from === 'held' && to !== 'held';
}
//# sourceMappingURL=hold.js.map