import { isVoid } from '../judge.js';
import type { PhaseOfRun, RunResult } from '../result.js';
import type { Band, Chart, Point, Series } from './chart.js';
import { TimeAxis } from './time-axis.js';

/** Fewer loads than this draw no curve. */
const LOADS_MIN = 3;
/** p99 is what the service level is about. */
const PERCENTILES = [
  { name: 'p50', member: 'p50', look: 0 },
  { name: 'p99', member: 'p99', look: 2, isMain: true },
  { name: 'p99.9', member: 'p999', look: 1 },
  { name: 'max', member: 'max', look: 3 },
] as const;
const JUDGED_LOOK = 4;
const ERRORS = 'errors, unsent included';
/** Less is what is left of a schedule when a second ends, and no rate comes from it. */
const SCHEDULED_SECONDS_MIN = 0.05;
const LATENCY_LABEL = 'ms, logarithmic';

/** Everything about a run that is better seen than read. */
export function chartsOf(result: RunResult): readonly Chart[] {
  const shown = result.phases.filter(({ standing }) => standing !== 'aside');
  const open = shown.filter(({ isOpen }) => isOpen);
  const time = new TimeAxis(result);
  return [
    ...againstLoad(result, open),
    latencyOverTime(result, open, time),
    answersOverTime(shown, time),
    distribution(open.filter(({ standing }) => standing === 'judged')),
    waiting(shown, time),
    lag(time),
    busy(time),
    memory(time),
    ...(result.scenario === 'soak' ? [openFiles(time)] : []),
  ].filter(({ series }) => series.some(({ points }) => points.some(({ y }) => Number.isFinite(y))));
}

function latencyLimit({ settings }: RunResult): Pick<Chart, 'limit'> {
  const value = Number(settings.p99Max);
  return Number.isFinite(value) ? { limit: { value, name: `p99 at most ${value} ms` } } : {};
}

function latencyOverTime(result: RunResult, phases: readonly PhaseOfRun[], time: TimeAxis): Chart {
  return {
    title: 'Latency over time',
    note: 'Of the answers of each second, counted from the moment a request was meant to start. Where no answer came, the line is interrupted.',
    yLabel: LATENCY_LABEL,
    y: 'log',
    series: PERCENTILES.map(
      // Nothing was answered in a second without a longest latency.
      ({ member, ...rest }): Series => ({
        ...rest,
        points: time.points(phases, (sample) => (sample.max > 0 ? sample[member] / 1000 : Number.NaN)),
      }),
    ),
    ...time.frame,
    ...latencyLimit(result),
  };
}

function answersOverTime(phases: readonly PhaseOfRun[], time: TimeAxis): Chart {
  const offered: Series = {
    name: 'offered',
    look: 5,
    points: time.points(phases, ({ due }, scheduled) =>
      scheduled > SCHEDULED_SECONDS_MIN ? due / scheduled : Number.NaN,
    ),
  };
  const members = [
    { name: 'accepted', member: 'accepted', look: 2, isMain: true },
    { name: 'refused', member: 'refused', look: 1 },
    { name: 'replayed', member: 'replayed', look: 0 },
    { name: ERRORS, member: 'errors', look: 3 },
  ] as const;
  const series = members.map(
    ({ member, ...rest }): Series => ({
      ...rest,
      points: time.points(phases, (sample) => sample[member] / Math.max(sample.seconds, 0.001)),
    }),
  );
  return {
    title: 'Requests offered, and their answers',
    note: 'Answers count in the second in which they came: after a stall more come than were offered.',
    yLabel: 'a second',
    // A line at zero all along says nothing, except of errors.
    series: [offered, ...series].filter(
      ({ name, points }) => name === ERRORS || points.some(({ y }) => y > 0),
    ),
    ...time.frame,
  };
}

function waiting(phases: readonly PhaseOfRun[], time: TimeAxis): Chart {
  return {
    title: 'Requests on their way, and those that found no free connection',
    note: 'At the end of each second.',
    yLabel: 'requests',
    yLeast: 10,
    series: [
      { name: 'on their way', points: time.points(phases, ({ inFlight }) => inFlight) },
      { name: 'waiting to be sent', look: 3, points: time.points(phases, ({ pending }) => pending) },
    ],
    ...time.frame,
  };
}

function lag(time: TimeAxis): Chart {
  return {
    title: 'How far the ledger is behind',
    note: 'The age of the oldest event that is not in Postgres yet. It may rise under load, and must fall again.',
    yLabel: 'seconds',
    yLeast: 1,
    series: [{ name: 'lag of the ledger', points: time.observed(({ lagSeconds }) => lagSeconds) }],
    ...time.frame,
  };
}

function busy(time: TimeAxis): Chart {
  return {
    title: "How busy the engine's main thread is",
    note: 'At 100 % this thread is what bounds the engine.',
    yLabel: '% of the time',
    yLeast: 100,
    series: [{ name: 'main thread', points: time.observed(({ busyShare }) => busyShare * 100) }],
    ...time.frame,
  };
}

function memory(time: TimeAxis): Chart {
  return {
    title: 'Memory of the engine and of Redis',
    yLabel: 'MB',
    series: [
      { name: 'engine (resident)', points: time.observed(({ residentBytes }) => residentBytes / 1e6) },
      { name: 'Redis (used)', look: 3, points: time.observed(({ redisBytes }) => redisBytes / 1e6) },
    ],
    ...time.frame,
  };
}

function openFiles(time: TimeAxis): Chart {
  return {
    title: 'Files and sockets the engine has open',
    yLabel: 'open files',
    series: [{ name: 'engine', points: time.observed(({ openFiles: count }) => count) }],
    ...time.frame,
  };
}

/** Only where there were several loads: what a sale is sized by. */
function againstLoad(result: RunResult, phases: readonly PhaseOfRun[]): readonly Chart[] {
  if (result.scenario !== 'capacity') return [];
  const offered = ({ due, seconds }: PhaseOfRun): number => due / Math.max(seconds, 0.001);
  const steps = phases
    .filter(({ standing }) => standing === 'shown')
    .sort((left, right) => offered(left) - offered(right));
  if (steps.length < LOADS_MIN) return [];
  const point = (phase: PhaseOfRun, member: 'p50' | 'p99' | 'p999' | 'max'): Point => ({
    x: offered(phase),
    y: phase.all[member] / 1000,
  });
  const judged = phases.filter(({ standing }) => standing === 'judged');
  const highest = steps.at(-1)!;
  const saturation = result.figures.find(({ name }) => name === 'saturation, open loop')?.value ?? 0;
  const carried = steps.findLast((step) => Number.parseFloat(step.name) <= Math.round(saturation));
  const tooMuch: readonly Band[] =
    carried === highest
      ? []
      : [
          {
            name: 'too much',
            from: carried === undefined ? 0 : offered(carried),
            to: offered(highest),
            isVoid: true,
          },
        ];
  return [
    {
      title: 'Latency against offered load',
      note: 'Counted from the moment a request was meant to start. The last load that was carried is where saturation is; beyond it a queue grows, and latency says how long the load lasted.',
      xLabel: 'offered, requests a second',
      yLabel: LATENCY_LABEL,
      y: 'log',
      series: [
        ...PERCENTILES.map(
          ({ member, ...rest }): Series => ({ ...rest, points: steps.map((step) => point(step, member)) }),
        ),
        ...judged.map(
          (phase): Series => ({
            name: `p99, ${phase.name} (judged)`,
            look: JUDGED_LOOK,
            isMain: true,
            points: [point(phase, 'p99')],
          }),
        ),
      ],
      xRange: { from: 0, to: offered(highest) },
      bands: tooMuch,
      ...latencyLimit(result),
    },
  ];
}

const SHARES = [
  { x: -Math.log10(0.5), name: '50 %' },
  { x: 1, name: '90 %' },
  { x: 2, name: '99 %' },
  { x: 3, name: '99.9 %' },
  { x: 4, name: '99.99 %' },
  { x: 5, name: '99.999 %' },
];

/** Each step to the right is a request in ten times as many. */
function distribution(phases: readonly PhaseOfRun[]): Chart {
  const series = phases.map(
    (phase): Series => ({
      name: isVoid(phase) ? `${phase.name} (VOID)` : phase.name,
      points: phase.curve.map(({ percentile, microseconds }) => ({
        x: -Math.log10(1 - percentile / 100),
        y: microseconds / 1000,
        name: `${Number(percentile.toFixed(4))} %`,
      })),
    }),
  );
  const deepest = series.flatMap(({ points }) => points).reduce((most, { x }) => Math.max(most, x), 0);
  return {
    title: 'How many took how long',
    note: 'At 99 % stands p99: 99 of 100 requests took at most so long.',
    xLabel: 'share of the requests',
    yLabel: LATENCY_LABEL,
    y: 'log',
    series,
    xTicks: SHARES.filter(({ x }) => x <= deepest),
  };
}
