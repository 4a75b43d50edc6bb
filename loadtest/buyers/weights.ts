/** Draws indexes by their weight in constant time: Vose's alias method. Ten thousand SKUs cost no more than two. */
export class WeightedChoice {
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  /** Weights of 0 are never drawn; throws when there is no other. */
  constructor(weights: readonly number[]) {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!(sum > 0)) throw new RangeError('there is nothing to choose from');
    const count = weights.length;
    this.#threshold = new Float64Array(count);
    this.#alias = new Uint32Array(count);
    const scaled = weights.map((weight) => (weight * count) / sum);
    const small: number[] = [];
    const large: number[] = [];
    for (const [index, share] of scaled.entries()) (share < 1 ? small : large).push(index);
    while (small.length > 0 && large.length > 0) {
      const [less, more] = [small.pop()!, large.pop()!];
      this.#threshold[less] = scaled[less]!;
      this.#alias[less] = more;
      scaled[more] = scaled[more]! + scaled[less]! - 1;
      (scaled[more]! < 1 ? small : large).push(more);
    }
    for (const index of large) this.#threshold[index] = 1;
    // Left over by rounding only; what is exactly 0 keeps being drawn never.
    for (const index of small) this.#threshold[index] = scaled[index]! > 1e-9 ? 1 : 0;
  }

  /** `uniform` in [0, 1). */
  pick(uniform: number): number {
    const place = uniform * this.#threshold.length;
    const index = Math.floor(place);
    return place - index < this.#threshold[index]! ? index : this.#alias[index]!;
  }
}

/** Weights by rank: the first is asked for most, the n-th 1 ÷ n^exponent as much. 1 is what shops see. */
export function zipf(count: number, exponent = 1): readonly number[] {
  return Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent);
}
