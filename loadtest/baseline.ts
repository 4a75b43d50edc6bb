import { readFileSync } from 'node:fs';
import { UsageError } from '../src/cli/arguments.js';
import { errorShare } from './generator/phase.js';
import type { Check, Figure, PhaseOfRun, RunResult } from './result.js';

/** The part of an earlier result that is compared. */
export type Baseline = Pick<RunResult, 'scenario' | 'phases' | 'figures'>;

/** Differences below this are noise on any machine, microseconds. */
const LATENCY_NOISE = 200;
/** Latencies are compared only where both runs were asked for as much, to this share. */
const LOAD_DIFFERENCE_MAX = 0.1;
const ERROR_SHARE_NOISE = 0.001;
/** Figures of which more is better; of all others nothing is said. */
const MORE_IS_BETTER = new Set(['saturation, open loop', 'accepted, closed loop']);

/** Throws `UsageError` when the file is no result of this scenario. */
export function readBaseline(file: string, scenario: string): Baseline {
  const baseline = parsed(file);
  if (baseline?.format !== 1 || !Array.isArray(baseline.phases) || !Array.isArray(baseline.figures))
    throw new UsageError(`${file} is no result of a load test: give a file that --json wrote.`);
  if (baseline.scenario !== scenario)
    throw new UsageError(`${file} is a result of ${baseline.scenario}, not of ${scenario}.`);
  if (baseline.verdict === 'void')
    throw new UsageError(`${file} is the result of a void run, which measured nothing: give another one.`);
  return baseline as Baseline;
}

function parsed(file: string): Partial<RunResult> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<RunResult>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

/** Judged phases of the same name, and figures of which more is better, against the earlier ones. `tolerance`: a share. */
export function compareWithBaseline(
  phases: readonly PhaseOfRun[],
  figures: readonly Figure[],
  baseline: Baseline,
  tolerance: number,
): readonly Check[] {
  const judged = phases.filter(({ standing }) => standing === 'judged');
  const checks = [
    ...judged.flatMap((phase) => {
      const earlier = baseline.phases.find(({ name }) => name === phase.name);
      return earlier === undefined ? [] : comparePhase(phase, earlier, tolerance);
    }),
    ...figures.flatMap((figure) => {
      const earlier = baseline.figures.find(({ name }) => name === figure.name);
      return earlier === undefined || !MORE_IS_BETTER.has(figure.name)
        ? []
        : [compareFigure(figure, earlier.value, tolerance)];
    }),
  ];
  if (checks.length > 0) return checks;
  // Otherwise a renamed phase would look like a run that is as good as before.
  return [{ name: 'baseline', state: 'failed', detail: 'has nothing in common with this run' }];
}

function comparePhase(now: PhaseOfRun, before: PhaseOfRun, tolerance: number): readonly Check[] {
  const checks: Check[] = [];
  if (now.isOpen && before.isOpen) {
    checks.push(compareLatency(now, before, tolerance));
  }
  const [errors, errorsBefore] = [errorShare(now), errorShare(before)];
  const errorsMost = Math.max(errorsBefore * (1 + tolerance), errorsBefore + ERROR_SHARE_NOISE);
  checks.push({
    name: `${now.name}: errors against the baseline`,
    state: errors <= errorsMost ? 'passed' : 'failed',
    detail: `${percent(errors)}, was ${percent(errorsBefore)}`,
  });
  return checks;
}

function compareLatency(now: PhaseOfRun, before: PhaseOfRun, tolerance: number): Check {
  const name = `${now.name}: p99 against the baseline`;
  const [load, loadBefore] = [perSecond(now), perSecond(before)];
  if (Math.abs(load - loadBefore) > loadBefore * LOAD_DIFFERENCE_MAX) {
    const loads = `${Math.round(load)} requests a second, then ${Math.round(loadBefore)}`;
    return { name, state: 'void', detail: `not the same load (${loads}): give --rate to both runs` };
  }
  const most = Math.max(before.all.p99 * (1 + tolerance), before.all.p99 + LATENCY_NOISE);
  const [p99, earlier] = [milliseconds(now.all.p99), milliseconds(before.all.p99)];
  return {
    name,
    state: now.all.p99 <= most ? 'passed' : 'failed',
    detail: `${p99}, was ${earlier}, at most ${milliseconds(most)}`,
  };
}

function perSecond({ due, seconds }: PhaseOfRun): number {
  return due / Math.max(seconds, 0.001);
}

function compareFigure({ name, value, unit }: Figure, before: number, tolerance: number): Check {
  const least = before * (1 - tolerance);
  return {
    name: `${name} against the baseline`,
    state: value >= least ? 'passed' : 'failed',
    detail: `${Math.round(value)} ${unit}, was ${Math.round(before)}, at least ${Math.round(least)}`,
  };
}

function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(2)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
