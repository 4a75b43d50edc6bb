import { build, type Histogram } from 'hdr-histogram-js';

/** Percentiles in microseconds; all 0 when nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A point of the distribution: so many percent took at most so long. */
export interface PercentilePoint {
  readonly percentile: number;
  readonly microseconds: number;
}

/** Longer ones are counted as this: no request is waited for so long. */
export const LATENCY_MICROSECONDS_MAX = 120_000_000;
const SIGNIFICANT_DIGITS = 3;
/** Every step halves what is left above it: 50, 75, 87.5 … up to one in 130,000. */
const CURVE_POINTS = 18;

/** Latencies in an HdrHistogram: microseconds, to a thousandth of the value. */
export class Latencies {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_MICROSECONDS_MAX,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });

  record(microseconds: number): void {
    this.#histogram.recordValue(Math.min(LATENCY_MICROSECONDS_MAX, Math.max(1, Math.round(microseconds))));
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** `percent` 0 … 100. */
  at(percent: number): number {
    return this.#histogram.totalCount === 0 ? 0 : this.#histogram.getValueAtPercentile(percent);
  }

  summary(): LatencySummary {
    const { totalCount, mean, maxValue } = this.#histogram;
    return {
      count: totalCount,
      mean: totalCount === 0 ? 0 : mean,
      p50: this.at(50),
      p90: this.at(90),
      p99: this.at(99),
      p999: this.at(99.9),
      max: totalCount === 0 ? 0 : maxValue,
    };
  }

  /** The whole distribution, up to where single requests decide. */
  curve(): readonly PercentilePoint[] {
    const points: PercentilePoint[] = [];
    const { totalCount } = this.#histogram;
    for (let step = 0, left = 100; step < CURVE_POINTS && (left / 100) * totalCount >= 1; step += 1) {
      points.push({ percentile: 100 - left, microseconds: this.at(100 - left) });
      left /= 2;
    }
    return points;
  }
}
