import t from 'tap';
import { type LagSample, lagSeconds } from '../../bench/lag.js';

const samples = (...rows: readonly (readonly [number, number, number])[]): readonly LagSample[] =>
  rows.map(([at, appended, inLedger]) => ({ at, appended, inLedger }));

t.test('a ledger that has everything is not behind', async (t) => {
  t.same(lagSeconds(samples([0, 0, 0], [20, 5, 5], [40, 9, 9])), [0, 0, 0]);
  t.same(lagSeconds([]), []);
});

t.test('the lag is the age of the oldest event that is missing', async (t) => {
  const lags = lagSeconds(
    samples([0, 10, 10], [1000, 20, 10], [2000, 30, 10], [3000, 30, 20], [4000, 30, 25], [5000, 30, 30]),
  );
  // Event 11 came between 0 and 1 s, and event 21 between 1 and 2 s: each counts from the earlier moment.
  t.same(lags, [0, 1, 2, 2, 3, 0]);
});

t.test('a ledger that was behind from the beginning is as old as the watch', async (t) => {
  t.same(lagSeconds(samples([500, 7, 3], [700, 7, 3], [900, 7, 7], [1100, 8, 7])), [0, 0.2, 0, 0.2]);
});
