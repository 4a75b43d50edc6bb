import type { ClientRecords } from '../../loadtest/consistency/records.js';
import type { Stores } from '../../loadtest/consistency/stores.js';
import type { Verdict } from '../../loadtest/consistency/verdict.js';
import type { LoadCounts } from './load/counts.js';
import type { Load } from './load/load.js';
import type { Stack, StackOptions } from './stack.js';

/** What `npm run faults` was asked for, as far as a scenario may care. */
export interface RunOptions {
  /** Rounds of each kill and cut. Scenarios that take minutes may make fewer; see `Scenario.rounds`. */
  readonly rounds: number;
  /** For CI: the same thresholds are crossed, with less of everything. */
  readonly short: boolean;
  readonly connections: number;
}

/**
 * One way to hurt a sale. The runner starts the stack and the load, waits a random moment, calls `strike`, waits until holds
 * are accepted again, lets the load go on a little, ends it, resolves what the client could not know, and verifies.
 */
export interface Scenario {
  /** For `--only`; words joined by `-`. */
  readonly name: string;
  /** One line for `--list` and the table. */
  readonly title: string;
  /** Why it cannot run on this machine and what to install, in one sentence; asked before anything starts. */
  needs?(): string | undefined;
  /** A negative control: what is missing must be, and is no broken promise. */
  readonly isControl?: boolean;
  /** Default: `options.rounds`. */
  rounds?(options: RunOptions): number;
  /** Default: a durable Redis, a Postgres with fsync, one engine. */
  stack?(options: RunOptions): StackOptions;
  /** Rounds on one stack before it is replaced by an empty one; default 5. Rounds leave their data behind. */
  readonly roundsPerStack?: number;
  /**
   * Hurts, and mends: when it returns, everything must be on its way to working again. Must call `round.fault()` at the moment
   * of the fault. A failed expectation is `round.broken(…)`; a throw makes it a broken round on a stack that is not used again.
   */
  strike(round: Round): Promise<void>;
  /** What must hold after the round; default `verifyRound`: everything promised. */
  judge?(round: FinishedRound): Promise<Verdict>;
  /** Whether holds must be accepted again before the load ends; default true. */
  readonly recovers?: boolean;
  /** Looks at all rounds together: what a whole scenario must have shown. Answers what it did not; default nothing. */
  conclude?(verdicts: readonly Verdict[]): readonly string[];
}

/** A round under way: the engine sells. */
export interface Round {
  /** From 1. */
  readonly number: number;
  readonly options: RunOptions;
  readonly stack: Stack;
  readonly load: Load;
  /** 0 ≤ x < 1; the moments and choices of a round. */
  readonly random: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Marks the moment of the fault; recovery counts from the first call. */
  fault(): void;
  readonly mendedAt: number;
  /** Marks the moment after which a hold asked for and accepted means recovery; default: when `strike` began to mend, the moment of the fault. */
  mended(): void;
  /** A promise of Holdfast was broken, in one sentence for the report. */
  broken(sentence: string): void;
  /** A figure of this scenario's own, shown in the table's last column (median and worst over the rounds). Unit in the name. */
  figure(name: string, value: number): void;
}

/** A round after its load ended: nothing is in flight, every unknown was asked again. */
export interface FinishedRound {
  readonly round: Round;
  readonly records: RoundRecords;
  readonly stores: Stores;
}

/** What the client knows of a round. */
export interface RoundRecords extends ClientRecords {
  readonly counts: LoadCounts;
}
