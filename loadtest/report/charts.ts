import type { Sample } from '../generator/phase.js';
import type { Observation } from '../observer.js';
import type { PhaseOfRun, RunResult } from '../result.js';
import type { Chart, Point, Series } from './chart.js';

const SECONDS = 's';
/** Fewer loads than this draw no curve. */
const LOADS_MIN = 3;
const PERCENTILES = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['longest', 'max'],
] as const;

/** Everything about a run that is better seen than read. */
export function chartsOf(result: RunResult): readonly Chart[] {
  const shown = result.phases.filter(({ standing }) => standing !== 'aside');
  const open = shown.filter(({ isOpen }) => isOpen);
  return [
    ...againstLoad(result, open),
    latencyOverTime(result, open),
    answersOverTime(shown),
    distribution(open.filter(({ standing }) => standing === 'judged')),
    waiting(shown),
    lag(result),
    memory(result),
  ].filter(({ series }) => series.some(({ points }) => points.length > 0));
}

function bandsOf(phases: readonly PhaseOfRun[]): NonNullable<Chart['bands']> {
  return phases.map(({ name, from, samples }) => ({ name, from, to: from + (samples.at(-1)?.at ?? 0) }));
}

function overTime(phases: readonly PhaseOfRun[], value: (sample: Sample) => number): readonly Point[] {
  return phases.flatMap(({ from, samples }) =>
    samples.map((sample) => ({ x: from + sample.at, y: value(sample) })),
  );
}

function latencyLimit({ settings }: RunResult): Pick<Chart, 'limit'> {
  const value = Number(settings.p99Max);
  return Number.isFinite(value) ? { limit: { value, name: `p99 at most ${value} ms` } } : {};
}

function latencyOverTime(result: RunResult, phases: readonly PhaseOfRun[]): Chart {
  const series = PERCENTILES.map(
    ([name, member]): Series => ({ name, points: overTime(phases, (sample) => sample[member] / 1000) }),
  );
  return {
    title: 'Latency of each second, from the moment a request was meant to start',
    xLabel: SECONDS,
    yLabel: 'ms',
    y: 'log',
    series,
    bands: bandsOf(phases),
    ...latencyLimit(result),
  };
}

function answersOverTime(phases: readonly PhaseOfRun[]): Chart {
  const rate = (name: string, count: (sample: Sample) => number): Series => ({
    name,
    points: overTime(phases, (sample) => count(sample) / Math.max(sample.seconds, 0.001)),
  });
  const series = [
    rate('due', ({ due }) => due),
    rate('accepted', ({ accepted }) => accepted),
    rate('refused', ({ refused }) => refused),
    rate('errors', ({ errors }) => errors),
    rate('replayed', ({ replayed }) => replayed),
  ];
  return {
    title: 'Requests that were due, and their answers',
    xLabel: SECONDS,
    yLabel: 'a second',
    // A line at zero all along says nothing, except of errors.
    series: series.map((one) =>
      one.name === 'errors' || one.points.some(({ y }) => y > 0) ? one : { ...one, points: [] },
    ),
    bands: bandsOf(phases),
  };
}

function waiting(phases: readonly PhaseOfRun[]): Chart {
  return {
    title: 'Requests on their way, and those that found no free connection',
    xLabel: SECONDS,
    yLabel: 'requests',
    series: [
      { name: 'on their way', points: overTime(phases, ({ inFlight }) => inFlight) },
      { name: 'waiting to be sent', points: overTime(phases, ({ pending }) => pending) },
    ],
    bands: bandsOf(phases),
  };
}

function observed(result: RunResult, value: (observation: Observation) => number): readonly Point[] {
  return result.observations.map((observation) => ({ x: observation.at, y: value(observation) }));
}

function lag(result: RunResult): Chart {
  return {
    title: 'How far the ledger is behind',
    xLabel: SECONDS,
    yLabel: 's',
    series: [
      {
        name: 'age of the oldest event that is not in Postgres',
        points: observed(result, (o) => o.lagSeconds),
      },
    ],
  };
}

function memory(result: RunResult): Chart {
  return {
    title: 'Memory',
    xLabel: SECONDS,
    yLabel: 'MB',
    series: [
      { name: 'engine', points: observed(result, (o) => o.residentBytes / 1e6) },
      { name: 'Redis', points: observed(result, (o) => o.redisBytes / 1e6) },
    ],
  };
}

/** Only where there were several loads: what a sale is sized by. */
function againstLoad(result: RunResult, phases: readonly PhaseOfRun[]): readonly Chart[] {
  if (result.scenario !== 'capacity') return [];
  const loads = phases
    .map((phase) => ({ perSecond: phase.due / Math.max(phase.seconds, 0.001), latency: phase.all }))
    .sort((left, right) => left.perSecond - right.perSecond);
  if (loads.length < LOADS_MIN) return [];
  const series = PERCENTILES.map(
    ([name, member]): Series => ({
      name,
      points: loads.map(({ perSecond, latency }) => ({ x: perSecond, y: latency[member] / 1000 })),
    }),
  );
  return [
    {
      title: 'Latency against offered load',
      xLabel: 'requests a second',
      yLabel: 'ms',
      y: 'log',
      series,
      ...latencyLimit(result),
    },
  ];
}

/** Each step to the right is a request in ten times as many. */
function distribution(phases: readonly PhaseOfRun[]): Chart {
  const series = phases.map(
    ({ name, curve }): Series => ({
      name,
      points: curve.map(({ percentile, microseconds }) => ({
        x: -Math.log10(1 - percentile / 100),
        y: microseconds / 1000,
      })),
    }),
  );
  const deepest = series.flatMap(({ points }) => points).reduce((most, { x }) => Math.max(most, x), 0);
  const xTicks = [
    { x: 0, name: 'all' },
    { x: 1, name: '90 %' },
    { x: 2, name: '99 %' },
    { x: 3, name: '99.9 %' },
    { x: 4, name: '99.99 %' },
    { x: 5, name: '99.999 %' },
  ].filter(({ x }) => x <= deepest);
  return {
    title: 'So many requests took at most so long',
    xLabel: 'of the requests',
    yLabel: 'ms',
    y: 'log',
    series,
    xTicks,
  };
}
