/** Least squares: how much y grows with each unit of x. 0 for fewer than two points; points that are no numbers are left out. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const known = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const count = known.length;
  if (count < 2) return 0;
  const meanX = known.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = known.reduce((sum, [, y]) => sum + y, 0) / count;
  let [up, across] = [0, 0];
  for (const [x, y] of known) {
    up += (x - meanX) * (y - meanY);
    across += (x - meanX) ** 2;
  }
  return across === 0 ? 0 : up / across;
}
