import { table } from '../bench/report.js';
import type { LatencySummary } from './generator/latencies.js';
import { achievedShare, errorShare } from './generator/phase.js';
import type { Check, PhaseOfRun, RunResult } from './result.js';

export const STATE_WORDS = { passed: 'PASS', failed: 'FAIL', void: 'VOID' } as const;
export const VERDICTS = {
  passed: 'PASSED: the service levels held, and Redis and Postgres have what the buyers were told.',
  failed: 'FAILED: see the lines with FAIL.',
  void: 'VOID: the load that was meant could not be sent, so nothing was measured. Lower --rate, or use another machine.',
} as const;

/** A run for people, as text. */
export function summaryText(result: RunResult): string {
  const { phases, figures, consistency, checks, verdict } = result;
  const shown = phases.filter(({ standing }) => standing !== 'aside');
  return [
    `${result.scenario}: ${result.title}`,
    ...(result.wasStopped ? ['Stopped: what follows is a part of the scenario.'] : []),
    '',
    table(PHASE_HEADER, shown.map(phaseCells), false),
    '',
    ...figures.map(({ name, value, unit }) => `${name}: ${rounded(value)} ${unit}`),
    `ledger drained after the load: ${consistency.drainSeconds.toFixed(1)} s`,
    ...(consistency.unknown > 0
      ? [`unknown at the end: ${consistency.unknown}, of which ${consistency.unresolved} stayed so`]
      : []),
    '',
    ...checks.map(checkLine),
    '',
    VERDICTS[verdict],
    '',
  ].join('\n');
}

export const PHASE_HEADER = [
  'phase',
  'due/s',
  'sent',
  'accepted',
  'replayed',
  'refused',
  'errors',
  'p50',
  'p99',
  'p99.9',
  'max ms',
];

export function phaseCells(phase: PhaseOfRun): readonly string[] {
  const { name, due, seconds, answers, isOpen, all } = phase;
  return [
    name,
    rounded(due / Math.max(seconds, 0.001)),
    isOpen ? `${(achievedShare(phase) * 100).toFixed(1)} %` : 'closed',
    rounded(answers.accepted),
    rounded(answers.replayed),
    rounded(answers.refused),
    `${(errorShare(phase) * 100).toFixed(2)} %`,
    ...(isOpen ? latencyCells(all) : ['–', '–', '–', '–']),
  ];
}

function latencyCells({ p50, p99, p999, max }: LatencySummary): readonly string[] {
  return [p50, p99, p999, max].map((microseconds) => (microseconds / 1000).toFixed(2));
}

function checkLine({ name, state, detail }: Check): string {
  return `${STATE_WORDS[state]}  ${name}: ${detail}`;
}

/** Whole from a hundred on, two digits below. */
export function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 100) / 100);
}
