import { BATCH_BOUNDS, SECONDS_BOUNDS } from '../domain/histogram.js';
import { CountersOverLives } from './lives.js';
/** Totals of one kind of part (all shards, the ledger writer) from the reports its threads post. */
class Reported {
    #shape;
    #counters;
    #latest = new Map();
    constructor(shape) {
        this.#shape = shape;
        const buckets = shape.histograms.map(({ bounds }) => bounds.length + 2);
        this.#counters = new CountersOverLives(buckets.reduce((sum, width) => sum + width, shape.counters.length));
    }
    report(source, stats) {
        const latest = this.#latest.get(source);
        if (latest !== undefined && stats.life < latest.life)
            return;
        this.#latest.set(source, stats);
        const flat = this.#shape.counters.map((key) => stats[key]);
        for (const { key } of this.#shape.histograms) {
            const snapshot = stats[key];
            flat.push(...snapshot.counts, snapshot.sum);
        }
        this.#counters.report(source, stats.life, flat);
    }
    counter(key) {
        return this.#counters.totals()[this.#shape.counters.indexOf(key)] ?? 0;
    }
    histogram(key) {
        let start = this.#shape.counters.length;
        for (const { key: candidate, bounds } of this.#shape.histograms) {
            const end = start + bounds.length + 1;
            if (candidate === key) {
                const totals = this.#counters.totals();
                return { counts: totals.slice(start, end), sum: totals[end] ?? 0 };
            }
            start = end + 1;
        }
        throw new RangeError(`${String(key)} is not a histogram of this report`);
    }
    /** Sum of a gauge over what each source said last. */
    gauge(read) {
        let sum = 0;
        for (const stats of this.#latest.values())
            sum += read(stats);
        return sum;
    }
    /** How often a source was started again. */
    get restarts() {
        return this.gauge((stats) => stats.life);
    }
}
export class ReportedShards extends Reported {
    constructor() {
        super({
            counters: [
                'created',
                'confirmed',
                'released',
                'expired',
                'refusedByView',
                'overloadedByCommands',
                'overloadedByWait',
                'resubmitted',
                'replicaShortfalls',
            ],
            histograms: [
                { key: 'flushCommands', bounds: BATCH_BOUNDS },
                { key: 'flushSeconds', bounds: SECONDS_BOUNDS },
                { key: 'expiryLatenessSeconds', bounds: SECONDS_BOUNDS },
            ],
        });
    }
}
export class ReportedLedger extends Reported {
    constructor() {
        super({
            counters: [
                'rows',
                'committed',
                'fenced',
                'failed',
                'quarantined',
                'auditRounds',
                'auditFailures',
                'auditRepairs',
            ],
            histograms: [
                { key: 'transactionSeconds', bounds: SECONDS_BOUNDS },
                { key: 'redisRoundTripSeconds', bounds: SECONDS_BOUNDS },
            ],
        });
    }
}
//# sourceMappingURL=reported.js.map