export class CountersOverLives {
    #width;
    #sources = new Map();
    /** `width`: how many counters a source has. */
    constructor(width) {
        this.#width = width;
    }
    /** `counters` in a fixed order. A report of a life that is over already is dropped: its successor may have spoken. */
    report(source, life, counters) {
        if (counters.length !== this.#width) {
            throw new RangeError(`source ${source} reported ${counters.length} counters, not ${this.#width}`);
        }
        const known = this.#sources.get(source);
        if (known === undefined) {
            this.#sources.set(source, { life, earlier: this.#zeros(), latest: counters });
        }
        else if (life > known.life) {
            this.#sources.set(source, { life, earlier: sum(known.earlier, known.latest), latest: counters });
        }
        else if (life === known.life) {
            known.latest = counters;
        }
    }
    /** Totals over all sources and lives, in the order of the reports. */
    totals() {
        let totals = this.#zeros();
        for (const source of this.#sources.values())
            totals = sum(totals, sum(source.earlier, source.latest));
        return totals;
    }
    #zeros() {
        return new Array(this.#width).fill(0);
    }
}
function sum(left, right) {
    return left.map((value, index) => value + right[index]);
}
//# sourceMappingURL=lives.js.map