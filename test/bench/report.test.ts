import t from 'tap';
import { type LedgerFigures, ledgerGates, ledgerTable } from '../../bench/ledger.js';
import { type Measurement, otherAnswers, otherTrouble, totalOf } from '../../bench/measurement.js';
import { gateTable, table } from '../../bench/report.js';
import { FEW_HOLDS, MANY_HOLDS, type Series } from '../../bench/scaling.js';
import { hopText, scalingGates, seriesTables } from '../../bench/scaling-report.js';
import { quantile, summarise } from '../../bench/statistics.js';
import { passes, TARGETS } from '../../bench/targets.js';
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
});

t.test('targets are a table, and those that were missed have their names said', async (t) => {
  const text = gateTable(
    [
      { target: 'acceptedShare', value: 0.3 },
      { target: 'expiryLoadMs', value: 37 },
      { target: 'earlySales', value: 0 },
      { target: 'signedShare', value: Number.NaN, note: 'no engine' },
    ],
    true,
  );
  t.same(text.split('\n').slice(2), [
    '| accepted ÷ echo | 0.30× | at least 0.5× | MISSED |',
    '| back on sale after the deadline, under load | 37 ms | at most 1000 ms | met |',
    '| sales before opensAt | 0 | at most 0 | met |',
    '| signed ÷ unsigned | – | at least 0.75× | NOT MEASURED |',
    '',
    'Missed: accepted ÷ echo; signed ÷ unsigned (no engine).',
  ]);
  t.match(gateTable([{ target: 'earlySales', value: 0 }], false), /All 1 targets met\.$/);
});

t.test('the targets are those of the issue', async (t) => {
  const bounds = Object.values(TARGETS).map(({ name, direction, bound }) => `${name}: ${direction} ${bound}`);
  const wanted = [
    'accepted ÷ echo: at least 0.5',
    'accepted ÷ Fastify with Redis and Lua: at least 2',
    'accepted ÷ Fastify with a Postgres counter: at least 15',
    'accepted ÷ Fastify with Postgres units: at least 15',
    'sold out ÷ echo: at least 0.95',
    'signed ÷ unsigned: at least 0.75',
    '10,000 SKUs ÷ one: at least 0.75',
    '1,000,000 live holds ÷ 1,000: at least 0.8',
    'ledger lag at half of saturation, p99: at most 1',
    'ledger drained after a full-speed burst of 500,000: at most 10',
  ];
  for (const text of wanted) t.ok(bounds.includes(text), text);
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
  t.same(throughputGates(OWN, { withPeers: false }), [...OWN_GATES, { target: 'drainSeconds', value: 2 }]);
});

t.test('peers are what the engine is divided by', async (t) => {
  const measurements = [
    ...OWN,
    ...rounds('Redis and Lua', [20, 18, 30]),
    ...rounds('Redis and Lua, sold out', [19, 19, 19]),
    ...rounds('Postgres counter', [3, 3, 4]),
    ...rounds('Postgres units', [2, 1, 3]),
  ];
  t.same(throughputGates(measurements, { withPeers: true }), [
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

t.test('what was not measured meets no target, and keeps nothing else from being told', async (t) => {
  const withoutSigned = OWN.filter(({ measure }) => measure !== 'accepted, signed');
  const gates = throughputGates(withoutSigned, { withPeers: true });
  t.same(
    gates.filter((gate) => !Number.isNaN(gate.value)).map(({ target }) => target),
    ['acceptedShare', 'soldOutShare', 'manySkusShare', 'drainSeconds'],
  );
  t.match(gates.find(({ target }) => target === 'signedShare')?.note, /accepted, signed/);
  t.equal(gates.filter(({ target }) => target.startsWith('fasterThan')).length, 3);
  t.equal(
    throughputTable([], false).split('\n').length,
    2,
    'a run that was broken off at once has a table too',
  );
  t.same(throughputGates([], { withPeers: false }).filter(passes), []);
});

t.test('rounds in which only one of both was measured do not count for the spread', async (t) => {
  const measurements = [...rounds('echo', [100, 100]), ...rounds('accepted', [50, 60, 90])];
  const row = throughputTable(measurements, true).split('\n').at(-1);
  t.match(row, /\| 0\.60× echo \| 0\.50 – 0\.60 \|/);
});

t.test('a peer that sold nothing is not infinitely slower', async (t) => {
  const measurements = [...OWN, ...rounds('Redis and Lua', [0, 0, 0])];
  const gates = throughputGates(measurements, { withPeers: true });
  const gate = gates.find(({ target }) => target === 'fasterThanRedisAndLua');
  t.ok(gate !== undefined && !passes(gate));
});

t.test('answers of another kind are named, and too many make a figure doubtful', async (t) => {
  const before = new Map([
    ['created', 5],
    ['overloaded', 1],
  ]);
  const after = new Map([
    ['created', 900],
    ['overloaded', 4],
    ['buyer_limit', 2],
  ]);
  const others = otherAnswers(before, after, 'created');
  t.same(
    [...others],
    [
      ['overloaded', 3],
      ['buyer_limit', 2],
    ],
  );
  t.equal(totalOf(others), 5);
  t.equal(otherTrouble(0.01, others), '', 'a handful of many does not matter');
  t.equal(otherTrouble(0.02, others), '2.0 % answered otherwise: 3 × overloaded, 2 × buyer_limit');
  t.equal(otherTrouble(1, new Map()), '100.0 % answered otherwise');
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
  t.equal(hopText(holds), '', 'no shards, no hop');
  const tables = seriesTables(holds, true);
  t.match(
    tables,
    /\| 1,000,000 live holds \| 33 \| 33 – 40 \| 0\.75× 1,000 live holds \| 0\.69 – 0\.91 \| .* 251 \|/,
  );
  t.match(tables, /\| all \| 20\.00 \| 20\.00 \|/, 'the stages, added up');
});

t.test('a burst that was too small meets no target', async (t) => {
  const written = { holds: 1000, rows: 2100 };
  const at = (holds: number, drainSeconds: number): LedgerFigures => ({
    ...{ acceptedPerSecond: 40_000, lagP50Seconds: 0.1, lagP99Seconds: 0.4 },
    ...{ drainSeconds, holds, written, writtenDraining: written },
  });
  const results = { atSaturation: at(1, 1), atHalf: at(1, 1) };
  t.same(ledgerGates({ ...results, afterBurst: at(500_000, 4) }), [
    { target: 'lagAtHalfSeconds', value: 0.4 },
    { target: 'burstDrainSeconds', value: 4 },
  ]);
  t.same(ledgerGates({ ...results, afterBurst: at(499_999, 4) }).map(passes), [true, false]);
  const lessThanHalf = { ...at(1, 1), acceptedPerSecond: 17_000 };
  const [lag] = ledgerGates({ ...results, atHalf: lessThanHalf });
  t.match(lag, { value: Number.NaN, note: 'only 0.42 of saturation was sold' });
  t.same(ledgerGates({}).map(passes), [false, false], 'what was not measured');
  t.match(ledgerTable({ atSaturation: at(1, 1) }, true), /\| holds \| 1 \| – \| – \|/);
});

t.test('the hop is what two threads take more than one', async (t) => {
  const of = (measure: string, stages: Readonly<Record<string, number>>): Measurement => ({
    ...{ measure, round: 1, perSecond: 1, otherShare: 0, p50Ms: 1, p99Ms: 2, disagreement: '' },
    stages: new Map(Object.entries({ ...stages, redis: 9000 })),
  });
  const measurements = [
    of('SHARDS=0', { 'gateway (main thread)': 14_700 }),
    of('SHARDS=1', { 'gateway (main thread)': 12_900, 'shard threads': 3500 }),
  ];
  t.match(hopText({ points: [], measurements }), /back: 1\.70 µs a hold/);
});

t.test('tables line up, and are Markdown when asked', async (t) => {
  t.equal(table(['what', 'n'], [['a', '10']], false), 'what   n\n────  ──\na     10');
  t.equal(table(['what', 'n'], [['a', '10']], true), '| what | n |\n| --- | --: |\n| a | 10 |');
});
