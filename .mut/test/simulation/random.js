/** Chance of one simulation: small, fast and seeded, so that everything it decided can be decided again. */
export class Random {
    #state;
    constructor(seed) {
        // Seeds next to each other must not begin alike.
        this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
    }
    /** 0 ≤ value < 1. */
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }
    between(low, high) {
        return low + this.next() * (high - low);
    }
    /** Whole numbers 0 … count − 1. */
    below(count) {
        return Math.floor(this.next() * count);
    }
    chance(probability) {
        return this.next() < probability;
    }
    pick(items) {
        return items[this.below(items.length)];
    }
    /** One of the names, each as often as its weight says. */
    weighted(weights) {
        const entries = Object.entries(weights);
        let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
        for (const [name, weight] of entries) {
            left -= weight;
            if (left < 0)
                return name;
        }
        return entries.at(-1)[0];
    }
}
//# sourceMappingURL=random.js.map