import t from 'tap';
import { LATENCY_MICROSECONDS_MAX, Latencies } from '../../loadtest/generator/latencies.js';
import { readMetrics } from '../../loadtest/observer.js';
import { slope } from '../../loadtest/slope.js';
import { seededRandom } from '../../src/cli/replay/random.js';

t.test('percentiles to a thousandth of the value', async (t) => {
  const latencies = new Latencies();
  const random = seededRandom(3);
  const values = Array.from({ length: 50_000 }, () => Math.round(100 + 10 ** (6 * random())));
  for (const value of values) latencies.record(value);
  values.sort((a, b) => a - b);
  for (const percent of [1, 50, 90, 99, 99.9, 99.99]) {
    const right = values[Math.ceil((percent / 100) * values.length) - 1]!;
    t.ok(
      Math.abs(latencies.at(percent) - right) <= right * 0.001 + 1,
      `p${percent}: ${latencies.at(percent)}, ${right}`,
    );
  }
  const { count, max } = latencies.summary();
  t.equal(count, values.length);
  t.ok(Math.abs(max - values.at(-1)!) <= max * 0.001);
});

t.test('nothing recorded, and more than can be', async (t) => {
  const latencies = new Latencies();
  t.same(latencies.summary(), { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
  t.same(latencies.curve(), []);
  latencies.record(-5);
  latencies.record(LATENCY_MICROSECONDS_MAX * 10);
  t.equal(latencies.at(1), 1, 'an answer before its time takes no time');
  t.ok(Math.abs(latencies.at(100) - LATENCY_MICROSECONDS_MAX) < LATENCY_MICROSECONDS_MAX / 500);
  latencies.reset();
  t.equal(latencies.summary().count, 0);
});

t.test('the curve goes as deep as there are requests', async (t) => {
  const latencies = new Latencies();
  for (let value = 1; value <= 1000; value += 1) latencies.record(value);
  const curve = latencies.curve();
  t.same(
    curve.slice(0, 3).map(({ percentile }) => percentile),
    [0, 50, 75],
  );
  t.equal(curve.length, 10, 'one in 512 is there, one in 1024 is not');
});

t.test('what an engine says of itself', async (t) => {
  const text = [
    '# HELP holdfast_ledger_lag_seconds Age',
    'holdfast_ledger_lag_seconds 0.25',
    'process_open_fds 71',
    'process_resident_memory_bytes 2.5e+08',
    '',
  ].join('\n');
  const { lagSeconds, openFiles, residentBytes, redisBytes } = readMetrics(text);
  t.same([lagSeconds, openFiles, residentBytes], [0.25, 71, 250_000_000]);
  t.ok(Number.isNaN(redisBytes), 'what it does not say is no number');
});

t.test('a slope is the line nearest to all points', async (t) => {
  const line = Array.from({ length: 50 }, (_, x) => [x, 3 + 2 * x] as const);
  t.ok(Math.abs(slope(line) - 2) < 1e-9);
  t.ok(Math.abs(slope([...line, [25, Number.NaN]]) - 2) < 1e-9, 'gaps are left out');
  t.equal(slope([[1, 1]]), 0);
  t.equal(
    slope([
      [1, 1],
      [1, 5],
    ]),
    0,
    'all at one moment',
  );
});
