import type { LoadResult } from './load.js';
import type { StageTimes } from './stages.js';

/** One figure of one round. */
export interface Measurement<Name extends string = string> {
  readonly measure: Name;
  /** From 1; 0 is the warm-up. */
  readonly round: number;
  /** Answers of the kind asked for a second: accepted holds, refusals, or echoed requests. */
  readonly perSecond: number;
  /** Share of other answers, 0 … 1. */
  readonly otherShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor nanoseconds a request by stage; not for the echo. Where the engine sold, with what the ledger did afterwards. */
  readonly stages?: ReadonlyMap<string, number>;
  /** Seconds until Postgres had every event of the round, counted from the last answer; only where the engine sold. */
  readonly drainSeconds?: number;
  /** Only where the engine sold. */
  readonly redis?: { readonly holdsPerCall: number; readonly microsecondsPerHold: number };
  /** Redis bytes a live hold without its event; only where it was weighed. */
  readonly bytesPerHold?: number;
  /** Why the figure is not to be believed; empty when server and client agree, and nearly all was answered as it should be. */
  readonly disagreement: string;
}

/** The figures every measurement has. `wanted`: answers of the kind that was asked for. */
export function figures<Name extends string>(
  measure: Name,
  round: number,
  result: LoadResult,
  wanted: number,
): Omit<Measurement<Name>, 'disagreement'> {
  return {
    measure,
    round,
    perSecond: wanted / result.seconds,
    otherShare: (result.requests - wanted) / Math.max(1, result.requests),
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
  };
}

export function acceptedIn(result: LoadResult): number {
  return result.requests - result.statusErrors;
}

export function perRequest(times: StageTimes, result: LoadResult): ReadonlyMap<string, number> {
  const all = new Map(times).set('load client', result.clientProcessorSeconds * 1e9);
  return new Map([...all].map(([stage, nanoseconds]) => [stage, nanoseconds / result.requests]));
}

export function socketTrouble(result: LoadResult): string {
  const trouble = result.socketErrors + result.timeouts;
  return trouble === 0 ? '' : `${result.socketErrors} socket errors, ${result.timeouts} timeouts`;
}

/** Answers by outcome code, as the server counts them. */
export type AnswersByCode = ReadonlyMap<string, number>;

/** Of requests whose client went away, as all do at the end of a run: no answer of any kind. */
const NO_ANSWER = 'aborted';

/** How many answers of each code but the expected one came between two counts. */
export function otherAnswers(before: AnswersByCode, after: AnswersByCode, expected: string): AnswersByCode {
  const came = [...after].map(([code, count]) => [code, count - (before.get(code) ?? 0)] as const);
  return new Map(came.filter(([code, count]) => code !== expected && code !== NO_ANSWER && count > 0));
}

/** More answers of another kind than this, as a share of all, and the figure is one of something else. */
const OTHER_SHARE_MAX = 0.01;

/** Empty unless so many were answered otherwise that the figure is not what its name says. */
export function otherTrouble(otherShare: number, others: AnswersByCode): string {
  if (otherShare <= OTHER_SHARE_MAX) return '';
  const which = [...others].map(([code, count]) => `${count} × ${code}`).join(', ');
  return `${(otherShare * 100).toFixed(1)} % answered otherwise${which && `: ${which}`}`;
}

/** Several troubles as one text; empty when there are none. */
export function joined(...troubles: readonly string[]): string {
  return troubles.filter((trouble) => trouble !== '').join('; ');
}

export function totalOf(answers: AnswersByCode): number {
  return [...answers.values()].reduce((sum, count) => sum + count, 0);
}

/** Holds taken for requests whose answers the client no longer waited for at the end: one a connection at most. */
export function countTrouble(accepted: number, held: number, connections: number): string {
  const extra = held - accepted;
  if (extra >= 0 && extra <= connections) return '';
  return `the client saw ${accepted} accepted, the server holds ${held}`;
}
