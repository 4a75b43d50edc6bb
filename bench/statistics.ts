/** Median and spread of one measure over the rounds. A single run on a shared machine proves little; the spread says how little. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** Throws on no values: a table with an empty row would look like a measurement. */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: sorted[0]!,
    high: sorted[sorted.length - 1]!,
    rounds: sorted.length,
  };
}

/** Linear interpolation between the two nearest ranks of ascending `sorted`; `share` 0 … 1. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}
