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
  /** Processor nanoseconds a request by stage; not for the echo. */
  readonly stages?: ReadonlyMap<string, number>;
  /** Seconds until Postgres had every event of the round, counted from the last answer; only where the engine sold. */
  readonly drainSeconds?: number;
  /** Only where the engine sold. */
  readonly redis?: { readonly holdsPerCall: number; readonly microsecondsPerHold: number };
  /** Redis bytes a live hold without its event; only where it was weighed. */
  readonly bytesPerHold?: number;
  /** What was counted wrong; empty when server and client agree. */
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

/** Holds taken for requests whose answers the client no longer waited for at the end: one a connection at most. */
export function countTrouble(accepted: number, held: number, connections: number): string {
  const extra = held - accepted;
  if (extra >= 0 && extra <= connections) return '';
  return `the client saw ${accepted} accepted, the server holds ${held}`;
}
