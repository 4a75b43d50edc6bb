import fc from 'fast-check';
import t from 'tap';
import { constantRate, plannedArrivals, Schedule, type Slope } from '../../loadtest/generator/schedule.js';
import { seededRandom } from '../../src/cli/replay/random.js';

/** All moments, seconds. */
function moments(slopes: readonly Slope[], arrivals: 'even' | 'poisson', seed = 1): readonly number[] {
  const schedule = new Schedule(slopes, arrivals, seededRandom(seed));
  const found: number[] = [];
  for (let at = schedule.next(); at < Number.POSITIVE_INFINITY; at = schedule.next()) found.push(at / 1e6);
  return found;
}

function between(all: readonly number[], from: number, to: number): number {
  return all.filter((at) => at >= from && at < to).length;
}

t.test('a constant rate, even: the same distance each time', async (t) => {
  const all = moments(constantRate(100, 2), 'even');
  t.equal(all.length, 200);
  t.ok(Math.abs(all[0]! - 0.005) < 1e-9);
  for (let n = 1; n < all.length; n += 1) t.ok(Math.abs(all[n]! - all[n - 1]! - 0.01) < 1e-9, `after ${n}`);
});

t.test('a slope: as many in each part as the rate there says', async (t) => {
  const all = moments([{ seconds: 10, from: 0, to: 1000 }], 'even');
  t.equal(all.length, 5000);
  t.ok(Math.abs(between(all, 0, 5) - 1250) <= 1);
  t.ok(Math.abs(between(all, 9, 10) - 950) <= 1);
});

t.test('slopes follow each other, also where one has nobody', async (t) => {
  const slopes = [
    { seconds: 1, from: 100, to: 100 },
    { seconds: 3, from: 0, to: 0 },
    { seconds: 1, from: 1000, to: 1000 },
  ];
  const all = moments(slopes, 'even');
  t.same([between(all, 0, 1), between(all, 1, 4), between(all, 4, 5)], [100, 0, 1000]);
});

t.test('Poisson arrivals have the rate, and the gaps of a Poisson process', async (t) => {
  const all = moments(constantRate(1000, 30), 'poisson');
  t.ok(Math.abs(all.length - 30_000) < 5 * Math.sqrt(30_000), `${all.length}`);
  const gaps = all.slice(1).map((at, n) => at - all[n]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const longerThanMean = gaps.filter((gap) => gap > mean).length / gaps.length;
  t.ok(
    Math.abs(longerThanMean - 1 / Math.E) < 0.02,
    `${longerThanMean} of the gaps are longer than the mean`,
  );
  t.same(
    moments(constantRate(50, 1), 'poisson', 7),
    moments(constantRate(50, 1), 'poisson', 7),
    'by the seed',
  );
});

t.test('any slopes: in order, inside, and as many as planned', async () => {
  const slope = fc.record({
    seconds: fc.double({ min: 0.01, max: 5, noNaN: true }),
    from: fc.integer({ min: 0, max: 500 }),
    to: fc.integer({ min: 0, max: 500 }),
  });
  fc.assert(
    fc.property(fc.array(slope, { minLength: 1, maxLength: 5 }), (slopes) => {
      const all = moments(slopes, 'even');
      const length = slopes.reduce((sum, { seconds }) => sum + seconds, 0);
      return (
        Math.abs(all.length - plannedArrivals(slopes)) <= 0.51 &&
        all.every((at, n) => at >= (all[n - 1] ?? 0) - 1e-9 && at <= length + 1e-9)
      );
    }),
  );
});
