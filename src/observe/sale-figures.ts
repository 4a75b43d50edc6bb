import type { ErrorCode } from '../domain/errors.js';
import { quantileOf, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { LedgerFigures, SalePoint, SaleTotals } from '../domain/sale.js';
import type { AnswerCode } from '../domain/stats.js';
import { type AnswerResult, type GatewayCounters, resultOf } from './gateway-counters.js';
import type { ReportedLedger, ReportedShards } from './reported.js';

/** The route of new holds: the only one whose rate and latency is the sale's. */
const HOLDS_ROUTE = 'createHold';
/** Looks that latency is taken over: of one second alone a p99 would jump at small rates. */
const LATENCY_LOOKS = 5;

interface Look {
  readonly monotonicMs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  readonly acceptedCounts: readonly number[];
  readonly refusedCounts: readonly number[];
}

const NO_COUNTS: readonly number[] = SECONDS_BOUNDS.map(() => 0).concat(0);

/** What the live board shows of this engine's own work: the metrics' counters, turned into rates by whoever looks once a second. */
export class SaleFigures {
  readonly #gateway: GatewayCounters;
  readonly #shards: ReportedShards;
  readonly #ledger: ReportedLedger;
  #looks: Look[] = [];

  constructor(sources: { gateway: GatewayCounters; shards: ReportedShards; ledger: ReportedLedger }) {
    this.#gateway = sources.gateway;
    this.#shards = sources.shards;
    this.#ledger = sources.ledger;
  }

  /** Rates since the last call. `now`: milliseconds since 1970; `monotonicMs` measures what lies between two calls. */
  point(now: number, monotonicMs: number): SalePoint {
    const look = this.#look(monotonicMs);
    const before = this.#looks.at(-1) ?? look;
    const oldest = this.#looks[0] ?? look;
    this.#looks = [...this.#looks.slice(1 - LATENCY_LOOKS), look];
    const seconds = (look.monotonicMs - before.monotonicMs) / 1000;
    const rate = (key: 'accepted' | 'refused' | 'failed'): number =>
      seconds > 0 ? (look[key] - before[key]) / seconds : 0;
    const quantile = (key: 'acceptedCounts' | 'refusedCounts', share: number): number | null => {
      const counts = look[key].map((count, bucket) => count - oldest[key][bucket]!);
      return quantileOf(counts, SECONDS_BOUNDS, share) ?? null;
    };
    return {
      at: now,
      acceptedPerSecond: rate('accepted'),
      refusedPerSecond: rate('refused'),
      failedPerSecond: rate('failed'),
      acceptedP50Seconds: quantile('acceptedCounts', 0.5),
      acceptedP99Seconds: quantile('acceptedCounts', 0.99),
      refusedP99Seconds: quantile('refusedCounts', 0.99),
      lagSeconds: this.#ledger.gauge((stats) => stats.lagSeconds),
    };
  }

  totals(): SaleTotals {
    const byCode: Partial<Record<ErrorCode, number>> = {};
    const sums = { accepted: 0, refused: 0, failed: 0 };
    for (const { code, count } of this.#holdAnswers()) {
      sums[resultOf(code)] += count;
      if (code !== 'ok' && code !== 'created') byCode[code] = count;
    }
    return {
      ...sums,
      byCode,
      confirmed: this.#shards.counter('confirmed'),
      released: this.#shards.counter('released'),
      expired: this.#shards.counter('expired'),
    };
  }

  ledger(): LedgerFigures {
    const ledger = this.#ledger;
    return {
      lagEvents: ledger.gauge((stats) => stats.lagEvents),
      auditRounds: ledger.counter('auditRounds'),
      auditUncounted: ledger.gauge((stats) => stats.auditUncounted),
      auditFailures: ledger.counter('auditFailures'),
      auditRepairs: ledger.counter('auditRepairs'),
      auditDiffering: ledger.gauge((stats) => stats.auditDiffering),
      auditedAt: ledger.gauge((stats) => stats.auditedAt),
    };
  }

  #look(monotonicMs: number): Look {
    const { accepted, refused, failed } = this.totals();
    const countsOf = (wanted: AnswerResult): readonly number[] => {
      for (const { route, result, histogram } of this.#gateway.seconds()) {
        if (route === HOLDS_ROUTE && result === wanted) return histogram.snapshot().counts;
      }
      return NO_COUNTS;
    };
    return {
      monotonicMs,
      accepted,
      refused,
      failed,
      acceptedCounts: countsOf('accepted'),
      refusedCounts: countsOf('refused'),
    };
  }

  *#holdAnswers(): Generator<{ code: Exclude<AnswerCode, 'replayed' | 'aborted'>; count: number }> {
    for (const { route, code, count } of this.#gateway.answers()) {
      // A replay is no new hold, and a client that left is no failure of the engine.
      if (route === HOLDS_ROUTE && code !== 'replayed' && code !== 'aborted') yield { code, count };
    }
  }
}
