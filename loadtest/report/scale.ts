/** Places values of one axis between two positions of a drawing. */
export interface Scale {
  /** Position of a value; values beyond the ends are placed at them. */
  place(value: number): number;
  readonly ticks: readonly number[];
}

const TICKS = 5;
/** What a tick may be a multiple of, times a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/** Even; from the one end exactly to the other, with the round numbers between them as ticks: for an axis that others share. */
export function spanScale(low: number, high: number, from: number, to: number, ticks: number): Scale {
  const range = Math.max(high - low, Number.EPSILON);
  const step = roundStep(range / ticks);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor((low + range) / step + 1e-9) - first + 1);
  return {
    ticks: Array.from({ length: count }, (_, index) => (first + index) * step),
    place: placer((value) => (value - low) / range, from, to),
  };
}

/** Even; begins at 0 unless `low` says otherwise. The top tick is not below `high`. */
export function linearScale(low: number, high: number, from: number, to: number): Scale {
  const range = Math.max(high - low, Number.EPSILON);
  const step = roundStep(range / TICKS);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [bottom, top] = [first * step, Math.max(last * step, first * step + step)];
  return { ticks, place: placer((value) => (value - bottom) / (top - bottom), from, to) };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * STEPS.find((multiple) => multiple * power >= rough * 0.999)!;
}

/** Logarithmic, a tick each power of ten: for latencies, where 1 ms and 100 ms both matter. Values must be above 0. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const share = (value: number): number => (Math.log10(Math.max(value, 1e-12)) - first) / (last - first);
  return { ticks, place: placer(share, from, to) };
}

function placer(share: (value: number) => number, from: number, to: number): (value: number) => number {
  return (value) => from + Math.min(1, Math.max(0, share(value))) * (to - from);
}

const SUFFIXES = [
  { from: 1e9, suffix: 'G' },
  { from: 1e6, suffix: 'M' },
  { from: 1e4, suffix: 'k', divisor: 1e3 },
] as const;

/** A number short enough for an axis: 0.5, 20, 1,500, 25k, 1.2M. */
export function short(value: number): string {
  const magnitude = Math.abs(value);
  for (const entry of SUFFIXES) {
    const divisor = 'divisor' in entry ? entry.divisor : entry.from;
    if (magnitude >= entry.from) return `${trimmed(value / divisor)}${entry.suffix}`;
  }
  return magnitude >= 1000 ? Math.round(value).toLocaleString('en-US') : trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
