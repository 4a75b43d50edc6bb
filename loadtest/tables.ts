import type { LatencySummary } from './generator/latencies.js';
import { achievedShare, errorShare } from './generator/phase.js';
import { isVoid } from './judge.js';
import type { PhaseOfRun } from './result.js';

/** A row, and what it is: `part` belongs to the row above it, `void` does not count. */
export interface Row {
  readonly cells: readonly string[];
  readonly kind: 'whole' | 'part' | 'void';
}

export const LOAD_HEADER = ['phase', 'offered/s', 'in time', 'errors', 'accepted', 'refused', 'replayed'];
export const ERROR_HEADER = ['failed answers', 'timed out', 'cut off', 'unsent'];
export const LATENCY_HEADER = ['latency, ms', 'p50', 'p90', 'p99', 'p99.9', 'max', 'requests'];
/** A column of its own, for who has room: of what the client itself was late, in every latency of the row. */
export const LATE_HEADER = 'client late, p99';

/** What was offered in a phase, and what became of it. */
export function loadRow(phase: PhaseOfRun): Row {
  const { due, seconds, answers, isOpen } = phase;
  const cells = [
    nameOf(phase),
    rounded(due / Math.max(seconds, 0.001)),
    isOpen ? `${(achievedShare(phase) * 100).toFixed(1)} %` : 'closed',
    `${(errorShare(phase) * 100).toFixed(2)} %`,
    rounded(answers.accepted),
    rounded(answers.refused),
    rounded(answers.replayed),
  ];
  return { cells, kind: kindOf(phase) };
}

/** The kinds of errors of a phase, in the order of `ERROR_HEADER`. */
export function errorCells({ answers, timedOut, cutOff, unsent }: PhaseOfRun): readonly string[] {
  return [answers.failed, timedOut, cutOff, unsent].map(rounded);
}

/** All requests of a phase, then those that were accepted and refused where there are both, and what buyers did afterwards. A closed loop has no latency. */
export function latencyRows(phase: PhaseOfRun): readonly Row[] {
  const { isOpen, all, accepted, refused, followUps } = phase;
  if (!isOpen) return [];
  const both = accepted.count > 0 && refused.count > 0;
  const parts = [
    ...(both
      ? ([
          ['accepted', accepted],
          ['refused', refused],
        ] as const)
      : []),
    ...(followUps.count > 0 ? ([['confirms, releases', followUps]] as const) : []),
  ];
  return [
    { cells: latencyCells(nameOf(phase), all), kind: kindOf(phase) },
    ...parts.map(([name, summary]): Row => ({ cells: latencyCells(`· ${name}`, summary), kind: 'part' })),
  ];
}

/** For `LATE_HEADER`; nothing in rows that are a part of another. */
export function lateCell({ isOpen, lateness }: PhaseOfRun, { kind }: Row): string {
  return isOpen && kind !== 'part' ? milliseconds(lateness.p99) : '';
}

function nameOf(phase: PhaseOfRun): string {
  return isVoid(phase) ? `${phase.name} (VOID)` : phase.name;
}

function kindOf(phase: PhaseOfRun): Row['kind'] {
  return isVoid(phase) ? 'void' : 'whole';
}

function latencyCells(name: string, summary: LatencySummary): readonly string[] {
  const { count, p50, p90, p99, p999, max } = summary;
  return [name, ...[p50, p90, p99, p999, max].map(milliseconds), rounded(count)];
}

/** Two digits of a millisecond where they mean something. */
function milliseconds(microseconds: number): string {
  const value = microseconds / 1000;
  return value >= 1000 ? rounded(value) : value.toFixed(2);
}

/** Whole from a hundred on, two digits below. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Math.round(value * 100) / 100);
}
