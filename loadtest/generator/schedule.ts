/** A stretch of time in which the rate of arrivals goes evenly from one value to another. */
export interface Slope {
  readonly seconds: number;
  /** Arrivals a second at its begin and at its end. */
  readonly from: number;
  readonly to: number;
}

/**
 * `poisson`: buyers who know nothing of each other, so that some come in the same moment; what a queue in front of an engine sees in
 * truth. `even`: one after the other at the same distance.
 */
export type Arrivals = 'poisson' | 'even';

export function constantRate(perSecond: number, seconds: number): readonly Slope[] {
  return [{ seconds, from: perSecond, to: perSecond }];
}

/** Arrivals that slopes add up to, on average. */
export function plannedArrivals(slopes: readonly Slope[]): number {
  return slopes.reduce((sum, { seconds, from, to }) => sum + ((from + to) / 2) * seconds, 0);
}

export function lengthSeconds(slopes: readonly Slope[]): number {
  return slopes.reduce((sum, { seconds }) => sum + seconds, 0);
}

/**
 * Moments of arrivals, one after the other. The rate is integrated: the n-th even arrival is where the integral reaches n, and with
 * steps of an exponential variable instead of 1 they are a Poisson process of just that rate.
 */
export class Schedule {
  readonly #slopes: readonly Slope[];
  readonly #step: () => number;
  #slope = 0;
  /** Begin of the slope: seconds, and arrivals before it. */
  #begin = 0;
  #before = 0;
  #reached = 0;

  /** `random`: uniform in [0, 1). */
  constructor(slopes: readonly Slope[], arrivals: Arrivals, random: () => number) {
    this.#slopes = slopes;
    this.#step = arrivals === 'even' ? () => 1 : () => -Math.log(1 - random());
    // The first even arrival is half a distance after the begin, so that just as many fit in as were planned.
    if (arrivals === 'even') this.#reached = -0.5;
  }

  /** Microseconds after the begin; infinity when there are no more. */
  next(): number {
    this.#reached += this.#step();
    for (let slope = this.#slopes[this.#slope]; slope !== undefined; slope = this.#slopes[this.#slope]) {
      const wanted = this.#reached - this.#before;
      const inside = ((slope.from + slope.to) / 2) * slope.seconds;
      if (wanted <= inside) return (this.#begin + timeOf(wanted, slope)) * 1e6;
      this.#begin += slope.seconds;
      this.#before += inside;
      this.#slope += 1;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** Seconds into a slope at which `wanted` have arrived: from × t + (to − from) ÷ (2 × seconds) × t² = wanted. */
function timeOf(wanted: number, { seconds, from, to }: Slope): number {
  const half = (to - from) / (2 * seconds);
  if (half === 0) return wanted / from;
  // In this form nothing cancels out when `half` is small.
  return (2 * wanted) / (from + Math.sqrt(Math.max(0, from * from + 4 * half * wanted)));
}
