/** Upper bounds in seconds: 0.25 ms to 2.5 s, with an edge on the 10 ms objective. */
export const SECONDS_BOUNDS = [
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];
/** Upper bounds for how many things travelled together. */
export const BATCH_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
export class FastHistogram {
    bounds;
    #bounds;
    #counts;
    #sum = 0;
    #count = 0;
    constructor(bounds) {
        this.bounds = bounds;
        this.#bounds = Float64Array.from(bounds);
        this.#counts = new Float64Array(bounds.length + 1);
    }
    /** `value` in the unit of the bounds. What is not a number is dropped: it would spoil the sum for ever. */
    record(value) {
        if (!(value >= 0))
            return;
        const bounds = this.#bounds;
        const last = bounds.length;
        let bucket = 0;
        while (bucket < last && value > bounds[bucket])
            bucket += 1;
        this.#counts[bucket] += 1;
        this.#sum += value;
        this.#count += 1;
    }
    /** Values recorded so far. */
    get count() {
        return this.#count;
    }
    snapshot() {
        return { counts: Array.from(this.#counts), sum: this.#sum };
    }
}
//# sourceMappingURL=histogram.js.map