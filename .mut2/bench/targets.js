export const TARGETS = {
    acceptedShare: { name: 'accepted ÷ echo', direction: 'at least', bound: 0.4, unit: '×' },
    soldOutShare: { name: 'sold out ÷ echo', direction: 'at least', bound: 0.9, unit: '×' },
    manySkusShare: { name: '10,000 SKUs ÷ one', direction: 'at least', bound: 0.7, unit: '×' },
    drainSeconds: { name: 'ledger drained after a round', direction: 'at most', bound: 10, unit: 's' },
    bytesPerHold: { name: 'Redis memory a live hold', direction: 'at most', bound: 400, unit: 'B' },
    engineMegabytes: { name: 'engine with 1,000,000 live holds', direction: 'at most', bound: 400, unit: 'MB' },
    expiryRestMs: {
        name: 'back on sale after the deadline, at rest',
        direction: 'at most',
        bound: 250,
        unit: 'ms',
    },
    expiryLoadMs: {
        name: 'back on sale after the deadline, under load',
        direction: 'at most',
        bound: 1000,
        unit: 'ms',
    },
    openingMs: { name: 'open to all after opensAt', direction: 'at most', bound: 50, unit: 'ms' },
    earlySales: { name: 'sales before opensAt', direction: 'at most', bound: 0, unit: '' },
};
export function passes(gate) {
    const { direction, bound } = TARGETS[gate.target];
    return direction === 'at least' ? gate.value >= bound : gate.value <= bound;
}
//# sourceMappingURL=targets.js.map