import t from 'tap';
import { type LedgerFigures, ledgerGates } from '../../bench/ledger.js';
import type { Measurement } from '../../bench/measurement.js';
import { gateLines, table } from '../../bench/report.js';
import { FEW_HOLDS, MANY_HOLDS, type Series } from '../../bench/scaling.js';
import { scalingGates, seriesTables } from '../../bench/scaling-report.js';
import { quantile, summarise } from '../../bench/statistics.js';
import { passes } from '../../bench/targets.js';
import type { MeasureName, ThroughputMeasurement } from '../../bench/throughput.js';
import { throughputGates, throughputStages, throughputTable } from '../../bench/throughput-report.js';

t.test('median and spread', async (t) => {
  t.same(summarise([5, 1, 3]), { median: 3, low: 1, high: 5, rounds: 3 });
  t.equal(summarise([1, 2, 3, 10]).median, 2.5);
  t.equal(quantile([0, 10], 0.99), 9.9);
  t.throws(() => summarise([]), { message: 'nothing was measured' });
});

t.test('a gate is met on its own side of the bound, the bound included', async (t) => {
  t.ok(passes({ target: 'acceptedShare', value: 0.5 }));
  t.notOk(passes({ target: 'acceptedShare', value: 0.499 }));
  t.ok(passes({ target: 'bytesPerHold', value: 400 }));
  t.notOk(passes({ target: 'bytesPerHold', value: 401 }));
  t.notOk(passes({ target: 'earlySales', value: 1 }));
  t.notOk(passes({ target: 'acceptedShare', value: Number.NaN }), 'nothing measured is nothing met');
  t.match(gateLines([{ target: 'acceptedShare', value: 0.3 }]), [
    'FAIL  accepted ÷ echo: 0.30 × (at least 0.5)',
  ]);
});

function rounds(measure: MeasureName, rates: readonly number[]): ThroughputMeasurement[] {
  return rates.map((perSecond, index) => ({
    ...{ measure, round: index + 1, perSecond, otherShare: 0, p50Ms: 1, p99Ms: 2, disagreement: '' },
    ...(measure === 'accepted' ? { drainSeconds: index } : {}),
  }));
}

const OWN = [
  ...rounds('echo', [100, 90, 200]),
  ...rounds('accepted', [50, 45, 10]),
  ...rounds('echo sold out', [100, 100, 100]),
  ...rounds('sold out', [95, 99, 20]),
  ...rounds('10,000 SKUs', [36, 40, 30]),
  ...rounds('accepted, signed', [40, 36, 9]),
];
const OWN_GATES = [
  { target: 'acceptedShare', value: 0.45 },
  { target: 'soldOutShare', value: 0.95 },
  { target: 'manySkusShare', value: 0.8 },
  { target: 'signedShare', value: 0.8 },
];

t.test('ratios are ratios of medians, each with its own base', async (t) => {
  t.same(throughputGates(OWN), [...OWN_GATES, { target: 'drainSeconds', value: 2 }]);
});

t.test('peers are what the engine is divided by', async (t) => {
  const measurements = [
    ...OWN,
    ...rounds('Redis and Lua', [20, 18, 30]),
    ...rounds('Redis and Lua, sold out', [19, 19, 19]),
    ...rounds('Postgres counter', [3, 3, 4]),
    ...rounds('Postgres units', [2, 1, 3]),
  ];
  t.same(throughputGates(measurements), [
    ...OWN_GATES,
    { target: 'fasterThanRedisAndLua', value: 2.25 },
    { target: 'fasterThanPostgresCounter', value: 15 },
    { target: 'fasterThanPostgresUnits', value: 22.5 },
    { target: 'drainSeconds', value: 2 },
  ]);
  const lines = throughputTable(measurements, true).split('\n');
  const line = (name: string): string => lines.find((row) => row.startsWith(`| ${name} |`)) ?? '';
  t.match(
    line('Redis and Lua'),
    /^\| Redis and Lua \| 20 \| 18 – 30 \| accepted is 2\.25× \| 0\.33 – 2\.50 \|/,
  );
  t.match(line('Redis and Lua, sold out'), /sold out is 5\.00× \| 1\.05 – 5\.21 /);
  t.match(line('accepted'), /0\.45× echo \| 0\.05 – 0\.50 \| 1\.0 \| 2\.0 \| 2\.0 \|$/);
  t.equal(line('Postgres units, sold out'), '', 'no row for what was not measured');
});

t.test('where the time goes is told of the engine and of the peers', async (t) => {
  const withStages = (
    measure: MeasureName,
    stages: Readonly<Record<string, number>>,
  ): ThroughputMeasurement[] =>
    rounds(measure, [1, 2]).map((m) => ({ ...m, stages: new Map(Object.entries(stages)) }));
  const measurements = [
    ...rounds('echo', [9, 9]),
    ...withStages('accepted', { gateway: 12_000, redis: 9000 }),
    ...withStages('Postgres counter', { Fastify: 60_000, postgres: 140_000 }),
  ];
  const [own = '', peers = '', ...rest] = throughputStages(measurements, true).split('\n\n');
  t.same(rest, []);
  t.match(
    own,
    /^\| processor µs a request \| accepted \|\n.*\n\| gateway \| 12\.00 \|\n\| redis \| 9\.00 \|\n\| all \| 21\.00 \|$/,
  );
  t.match(
    peers,
    /\| Postgres counter \|\n.*\n\| Fastify \| 60\.00 \|\n\| postgres \| 140\.00 \|\n\| all \| 200\.00 \|$/,
  );
});

t.test('what was left out by mistake is an error', async (t) => {
  const withoutSigned = OWN.filter(({ measure }) => measure !== 'accepted, signed');
  t.throws(() => throughputGates(withoutSigned), { message: 'nothing was measured' });
});

t.test('a series is compared with its first point', async (t) => {
  const of = (measure: string, rates: readonly number[]): Measurement[] =>
    rates.map((perSecond, index) => ({
      ...{ measure, round: index + 1, perSecond, otherShare: 0, p50Ms: 1, p99Ms: 2, disagreement: '' },
      bytesPerHold: 250 + index,
      stages: new Map([
        ['gateway', 12_000],
        ['redis', 8000],
      ]),
    }));
  const holds: Series = {
    points: [FEW_HOLDS, MANY_HOLDS],
    measurements: [...of(FEW_HOLDS, [40, 44, 48]), ...of(MANY_HOLDS, [33, 40, 33])],
  };
  t.same(scalingGates({ series: new Map([['holds', holds]]) }), [{ target: 'liveHoldsShare', value: 0.75 }]);
  t.same(scalingGates({ series: new Map() }), []);
  const tables = seriesTables(holds, true);
  t.match(
    tables,
    /\| 1,000,000 live holds \| 33 \| 33 – 40 \| 0\.75× 1,000 live holds \| 0\.69 – 0\.91 \| .* 251 \|/,
  );
  t.match(tables, /\| all \| 20\.00 \| 20\.00 \|/, 'the stages, added up');
});

t.test('a burst that was too small meets no target', async (t) => {
  const at = (holds: number, drainSeconds: number): LedgerFigures => ({
    ...{ acceptedPerSecond: 40_000, lagP50Seconds: 0.1, lagP99Seconds: 0.4, rowsPerSecond: 1000 },
    ...{ drainSeconds, drainRowsPerSecond: 2000, holds },
  });
  const results = { atSaturation: at(1, 1), atHalf: at(1, 1), burstWanted: 500_000 };
  t.same(ledgerGates({ ...results, afterBurst: at(500_000, 4) }), [
    { target: 'lagAtHalfSeconds', value: 0.4 },
    { target: 'burstDrainSeconds', value: 4 },
  ]);
  t.same(ledgerGates({ ...results, afterBurst: at(499_999, 4) }).map(passes), [true, false]);
});

t.test('tables line up, and are Markdown when asked', async (t) => {
  t.equal(table(['what', 'n'], [['a', '10']], false), 'what   n\n────  ──\na     10');
  t.equal(table(['what', 'n'], [['a', '10']], true), '| what | n |\n| --- | --: |\n| a | 10 |');
});
