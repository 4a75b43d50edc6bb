import type { Measurement } from './measurement.js';
import { grouped, spread, table } from './report.js';
import { type Summary, summarise } from './statistics.js';
import type { Gate, TargetName } from './targets.js';

/** What is divided by what, by names of measures, and how the quotient reads in the table. */
export interface Comparison<Name extends string = string> {
  readonly over: Name;
  readonly under: Name;
  readonly text: (ratio: string) => string;
}

type Measurements<Name extends string> = readonly Measurement<Name>[];

/**
 * Ratio of medians, with the lowest and highest ratio of any one round beside it. Undefined where there is no round in which
 * both were measured, or nothing to divide by.
 */
export function shareOf<Name extends string>(
  measurements: Measurements<Name>,
  over: Name,
  under: Name,
): Summary | undefined {
  const rounds = new Map(measurements.filter((m) => m.measure === under).map((m) => [m.round, m.perSecond]));
  const byRound = measurements
    .filter((m) => m.measure === over)
    .flatMap((m) => {
      const other = rounds.get(m.round);
      return other === undefined ? [] : [m.perSecond / other];
    });
  if (byRound.length === 0) return undefined;
  const ratio =
    summarise(perSecond(measurements, over)).median / summarise(perSecond(measurements, under)).median;
  // Whatever is divided by a peer that sold nothing would be the greatest success of all.
  return Number.isFinite(ratio) ? { ...summarise(byRound), median: ratio } : undefined;
}

function perSecond<Name extends string>(measurements: Measurements<Name>, measure: Name): readonly number[] {
  return measurements.filter((m) => m.measure === measure).map((m) => m.perSecond);
}

/** A row for each of `names` that was measured. */
export function rateTable<Name extends string>(
  measurements: Measurements<Name>,
  names: readonly Name[],
  comparisonOf: (name: Name) => Comparison<Name> | undefined,
  markdown: boolean,
): string {
  const measured = names.filter((name) => measurements.some((m) => m.measure === name));
  const rows = measured.map((name) => {
    const own = measurements.filter((m) => m.measure === name);
    const rate = summarise(own.map((m) => m.perSecond));
    const comparison = comparisonOf(name);
    const share =
      comparison === undefined ? undefined : shareOf(measurements, comparison.over, comparison.under);
    const drains = own.flatMap((m) => m.drainSeconds ?? []);
    const bytes = own.flatMap((m) => m.bytesPerHold ?? []);
    return [
      name,
      grouped(rate.median),
      spread(rate),
      share === undefined ? '' : (comparison?.text(share.median.toFixed(2)) ?? ''),
      share === undefined ? '' : spread(share, 2),
      summarise(own.map((m) => m.p50Ms)).median.toFixed(1),
      summarise(own.map((m) => m.p99Ms)).median.toFixed(1),
      drains.length === 0 ? '' : summarise(drains).high.toFixed(1),
      bytes.length === 0 ? '' : summarise(bytes).median.toFixed(0),
    ];
  });
  const rates = ['answers a second', 'median', 'min – max', 'ratio', 'min – max'];
  const header = [...rates, 'p50 ms', 'p99 ms', 'drained s, worst'];
  const weighed = measurements.some((m) => m.bytesPerHold !== undefined);
  if (weighed) return table([...header, 'bytes a hold'], rows, markdown);
  return table(
    header,
    rows.map((row) => row.slice(0, -1)),
    markdown,
  );
}

/** Where the time goes: processor microseconds a request, by stage. Empty when none of `names` was looked into. */
export function stageTable<Name extends string>(
  measurements: Measurements<Name>,
  names: readonly Name[],
  markdown: boolean,
): string {
  const looked = measurements.filter((m) => m.stages !== undefined && names.includes(m.measure));
  const measured = names.filter((name) => looked.some((m) => m.measure === name));
  if (measured.length === 0) return '';
  const stages = new Set(looked.flatMap((m) => [...(m.stages?.keys() ?? [])]));
  const microseconds = (name: Name, stage: string | undefined): string => {
    const values = looked.filter((m) => m.measure === name).flatMap((m) => sumOf(m.stages, stage) ?? []);
    return values.length === 0 ? '' : (summarise(values).median / 1000).toFixed(2);
  };
  const rows = [...stages].map((stage) => [stage, ...measured.map((name) => microseconds(name, stage))]);
  rows.push(['all', ...measured.map((name) => microseconds(name, undefined))]);
  const scripts = (pick: (redis: NonNullable<Measurement['redis']>) => number): readonly string[] =>
    measured.map((name) => {
      const values = looked.flatMap((m) => (m.measure === name && m.redis ? [pick(m.redis)] : []));
      return values.length === 0 ? '' : summarise(values).median.toFixed(2);
    });
  if (looked.some((m) => m.redis !== undefined)) {
    rows.push([
      '(Redis: inside the function, by its clock)',
      ...scripts((redis) => redis.microsecondsPerHold),
    ]);
    rows.push(['(holds in one function call)', ...scripts((redis) => redis.holdsPerCall)]);
  }
  return table(['processor µs a request', ...measured], rows, markdown);
}

/** Nanoseconds a request of some stages together, the median of the rounds; undefined when that was not looked into. */
export function summedStages<Name extends string>(
  measurements: Measurements<Name>,
  name: Name,
  stages: readonly string[],
): number | undefined {
  const sums = measurements.flatMap((m) =>
    m.measure === name && m.stages !== undefined
      ? [stages.reduce((sum, stage) => sum + (m.stages?.get(stage) ?? 0), 0)]
      : [],
  );
  return sums.length === 0 ? undefined : summarise(sums).median;
}

/** Nanoseconds of one stage, or of all; undefined where there is no such stage. */
function sumOf(
  stages: ReadonlyMap<string, number> | undefined,
  stage: string | undefined,
): number | undefined {
  if (stages === undefined) return undefined;
  if (stage !== undefined) return stages.get(stage);
  return [...stages.values()].reduce((sum, nanoseconds) => sum + nanoseconds, 0);
}

/** The ratio as what a target asks for; not a number, with the reason, where one of both was not measured. */
export function ratioGate<Name extends string>(
  measurements: Measurements<Name>,
  target: TargetName,
  over: Name,
  under: Name,
): Gate {
  const share = shareOf(measurements, over, under);
  if (share !== undefined) return { target, value: share.median };
  return { target, value: Number.NaN, note: `needs a round with both: ${over}, ${under}` };
}
