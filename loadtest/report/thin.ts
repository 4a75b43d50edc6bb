import type { Point } from './chart.js';

/** What is drawn of one series. */
export interface Thinned {
  /** Lines; between them nothing is known. */
  readonly lines: readonly (readonly Point[])[];
  /** How many points two of the drawn ones stand for; 1 when all are drawn. */
  readonly bucket: number;
}

/**
 * Few enough points to draw, however long the run was: of each bucket the lowest and the highest, because neither a peak of the
 * latency nor a hole in the sales may disappear, and one interruption. `isDrawn` false interrupts the line.
 */
export function thinned(
  points: readonly Point[],
  bucketsMax: number,
  isDrawn: (point: Point) => boolean,
): Thinned {
  const isFew = points.length <= bucketsMax * 2;
  const bucket = isFew ? 1 : Math.ceil(points.length / bucketsMax);
  const lines: Point[][] = [];
  let line: Point[] = [];
  const interrupt = (): void => {
    if (line.length > 0) lines.push(line);
    line = [];
  };
  for (let from = 0; from < points.length; from += bucket) {
    for (const point of telling(points.slice(from, from + bucket), isDrawn)) {
      if (isDrawn(point)) line.push(point);
      else interrupt();
    }
  }
  interrupt();
  return { lines, bucket };
}

/** The lowest, the highest and the first interruption, in the order in which they were. */
function telling(points: readonly Point[], isDrawn: (point: Point) => boolean): readonly Point[] {
  const drawn = points.filter(isDrawn);
  const gap = points.find((point) => !isDrawn(point));
  const first = drawn[0];
  if (first === undefined) return gap === undefined ? [] : [gap];
  const lowest = drawn.reduce((least, point) => (point.y < least.y ? point : least), first);
  const highest = drawn.reduce((most, point) => (point.y > most.y ? point : most), first);
  const kept = new Set([lowest, highest, gap]);
  return points.filter((point) => kept.has(point));
}
