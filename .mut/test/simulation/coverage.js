/** How often each thing was seen, over many simulations: a fault that no longer fires would test nothing. */
export class Coverage {
    counts = {};
    count(what, times = 1) {
        this.counts[what] = (this.counts[what] ?? 0) + times;
    }
    add(other) {
        for (const [what, times] of Object.entries(other))
            this.count(what, times);
    }
}
//# sourceMappingURL=coverage.js.map