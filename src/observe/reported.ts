import { BATCH_BOUNDS, type HistogramSnapshot, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { LedgerStats, ShardStats } from '../domain/stats.js';
import { CountersOverLives } from './lives.js';

type NumberKey<Stats> = { [K in keyof Stats]: Stats[K] extends number ? K : never }[keyof Stats];
type HistogramKey<Stats> = {
  [K in keyof Stats]: Stats[K] extends HistogramSnapshot ? K : never;
}[keyof Stats];

/**
 * Which fields of a report only ever go up, and so are added over sources and lives. A histogram is a row of such counters
 * (one a bucket, and the sum); `counters` and `histograms` give the order they are kept in.
 */
interface Shape<Stats> {
  readonly counters: readonly NumberKey<Stats>[];
  readonly histograms: readonly { readonly key: HistogramKey<Stats>; readonly bounds: readonly number[] }[];
}

/** Totals of one kind of part (all shards, the ledger writer) from the reports its threads post. */
class Reported<Stats extends { readonly life: number }> {
  readonly #shape: Shape<Stats>;
  readonly #counters: CountersOverLives;
  readonly #latest = new Map<number, Stats>();

  constructor(shape: Shape<Stats>) {
    this.#shape = shape;
    const buckets = shape.histograms.map(({ bounds }) => bounds.length + 2);
    this.#counters = new CountersOverLives(
      buckets.reduce((sum, width) => sum + width, shape.counters.length),
    );
  }

  report(source: number, stats: Stats): void {
    const latest = this.#latest.get(source);
    if (latest !== undefined && stats.life < latest.life) return;
    this.#latest.set(source, stats);
    const flat = this.#shape.counters.map((key) => stats[key] as number);
    for (const { key } of this.#shape.histograms) {
      const snapshot = stats[key] as HistogramSnapshot;
      flat.push(...snapshot.counts, snapshot.sum);
    }
    this.#counters.report(source, stats.life, flat);
  }

  counter(key: NumberKey<Stats>): number {
    return this.#counters.totals()[this.#shape.counters.indexOf(key)] ?? 0;
  }

  histogram(key: HistogramKey<Stats>): HistogramSnapshot {
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
  gauge(read: (stats: Stats) => number): number {
    let sum = 0;
    for (const stats of this.#latest.values()) sum += read(stats);
    return sum;
  }

  /** Greatest of a gauge over what each source said last; 0 where none has spoken. */
  peak(read: (stats: Stats) => number): number {
    let peak = 0;
    for (const stats of this.#latest.values()) peak = Math.max(peak, read(stats));
    return peak;
  }

  /** How often a source was started again. */
  get restarts(): number {
    return this.gauge((stats) => stats.life);
  }
}

export class ReportedShards extends Reported<ShardStats> {
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

export class ReportedLedger extends Reported<LedgerStats> {
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
