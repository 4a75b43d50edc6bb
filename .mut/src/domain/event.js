/** Number that stands for a kind of change in a stored event; the order is part of the stored format. */
export const CHANGE_KINDS = [
    'held',
    'confirmed',
    'released',
    'expired',
    'defined',
    'patched',
    'opened',
    'paused',
    'closed',
    'adjusted',
    'repaired',
];
//# sourceMappingURL=event.js.map