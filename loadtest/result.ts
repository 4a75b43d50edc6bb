import type { Verdict } from './consistency/verdict.js';
import type { PhaseResult } from './generator/phase.js';
import type { Observation } from './observer.js';
import type { Standing } from './scenario.js';

export interface PhaseOfRun extends PhaseResult {
  readonly standing: Standing;
  readonly isOpen: boolean;
  /** When it began, seconds since the run began. */
  readonly from: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** `void`: the load that was meant was not sent, so that nothing was measured. */
export type CheckState = 'passed' | 'failed' | 'void';

/** One thing that had to hold. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
}

/** What the buyers were told against what is in the stores. */
export interface Consistency extends Verdict {
  /** Keys that the buyers used, and those of them that were accepted. */
  readonly keys: number;
  readonly accepted: number;
  /** Outcomes nobody knew when the load ended, and those that could not be learnt by asking again. */
  readonly unknown: number;
  readonly unresolved: number;
  /** Until Postgres had everything. */
  readonly drainSeconds: number;
  readonly isKept: boolean;
}

/** A whole run; what `--json` writes and `--baseline` reads. */
export interface RunResult {
  readonly format: 1;
  readonly scenario: string;
  readonly title: string;
  readonly explanation: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** By Ctrl-C: the rest of the scenario is missing. */
  readonly wasStopped: boolean;
  readonly engine: string;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly settings: Readonly<Record<string, string | number>>;
  /** The command that runs the same again. */
  readonly repeat: string;
  readonly phases: readonly PhaseOfRun[];
  readonly observations: readonly Observation[];
  readonly figures: readonly Figure[];
  readonly consistency: Consistency;
  readonly checks: readonly Check[];
  readonly verdict: CheckState;
}
