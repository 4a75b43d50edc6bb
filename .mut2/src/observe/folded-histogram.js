import { Histogram } from 'prom-client';
/**
 * A prom-client histogram whose buckets are counted elsewhere (typed arrays of a hot path, another thread) and read when
 * somebody scrapes. prom-client can only `observe` one value at a time, so this replaces what it exports.
 */
export class FoldedHistogram extends Histogram {
    #name;
    #help;
    #bounds;
    #read;
    constructor(options) {
        const { registry, name, help, bounds, read, labelNames = [] } = options;
        super({ name, help, labelNames: [...labelNames], buckets: [...bounds], registers: [registry] });
        this.#name = name;
        this.#help = help;
        this.#bounds = bounds;
        this.#read = read;
    }
    /** What both `Registry.metrics()` and `get()` of prom-client 15 read. */
    async getForPromString() {
        const values = [];
        for (const { labels, snapshot } of this.#read()) {
            let below = 0;
            for (const [index, count] of snapshot.counts.entries()) {
                below += count;
                const le = this.#bounds[index] ?? '+Inf';
                values.push({
                    labels: { le },
                    sharedLabels: labels,
                    value: below,
                    metricName: `${this.#name}_bucket`,
                });
            }
            values.push({ labels: {}, sharedLabels: labels, value: snapshot.sum, metricName: `${this.#name}_sum` });
            values.push({ labels: {}, sharedLabels: labels, value: below, metricName: `${this.#name}_count` });
        }
        return { name: this.#name, help: this.#help, type: 'histogram', values, aggregator: 'sum' };
    }
}
//# sourceMappingURL=folded-histogram.js.map