import { isVoid } from './judge.js';
import type { Check, CheckState, RunResult } from './result.js';

/** What somebody reads who reads nothing else. */
export interface Headline {
  readonly state: CheckState | 'stopped';
  readonly word: 'PASSED' | 'FAILED' | 'VOID' | 'STOPPED';
  readonly sentence: string;
  /** What did not hold, and what to do about it. */
  readonly reasons: readonly string[];
}

export const STATE_WORDS = { passed: 'PASS', failed: 'FAIL', void: 'VOID' } as const;
const ORDER: readonly CheckState[] = ['failed', 'void', 'passed'];
/** The client's own lateness counts as the cause of a missed p99 from this share of the bound on. */
const LATE_SHARE = 0.5;

const STORES = 'Redis and Postgres have what the buyers were told.';
const STOPPED = `Ctrl-C ended it before its time: no verdict on the scenario. ${STORES}`;

export function headline(result: RunResult): Headline {
  const { verdict, checks, wasStopped } = result;
  const reasons = checks
    .filter(({ state }) => state === verdict)
    .map(({ name, detail }) => `${name}: ${detail}`);
  if (verdict === 'failed') {
    return {
      state: 'failed',
      word: 'FAILED',
      sentence: failure(result),
      reasons: [...reasons, ...lateness(result)],
    };
  }
  if (verdict === 'passed')
    return { state: 'passed', word: 'PASSED', sentence: success(result), reasons: [] };
  if (wasStopped) return { state: 'stopped', word: 'STOPPED', sentence: STOPPED, reasons };
  return { state: 'void', word: 'VOID', sentence: voidness(result), reasons };
}

/** What failed first. */
export function inOrder(checks: readonly Check[]): readonly Check[] {
  return ORDER.flatMap((state) => checks.filter((check) => check.state === state));
}

/** Something about the engine that a reader must know before any figure. */
export function warningOf({ observations }: RunResult): string | undefined {
  if (observations.at(-1)?.durable !== 0) return undefined;
  return 'The engine says that its durability is weaker than promised (see its /readyz): these are the latencies of an engine that may lose what it acknowledged.';
}

function failure({ consistency }: RunResult): string {
  if (consistency.isKept) return 'Nothing was lost or oversold, but something that had to hold did not.';
  return 'Redis and Postgres do not have what the buyers were told. Do not sell with this.';
}

function voidness({ phases }: RunResult): string {
  if (phases.some((phase) => phase.standing === 'judged' && isVoid(phase)))
    return 'The load that was meant could not be sent, so nothing was measured: neither good nor bad.';
  return 'No verdict, neither good nor bad: not all could be measured or compared.';
}

function success({ phases }: RunResult): string {
  if (phases.some(({ standing, isOpen }) => standing === 'judged' && isOpen))
    return `The service levels held, and ${STORES}`;
  return `Few enough were errors, and ${STORES} A closed loop has no latency that could be judged.`;
}

/** Whose fault a missed p99 may be. */
function lateness({ phases, settings }: RunResult): readonly string[] {
  const bound = Number(settings.p99Max) * 1000;
  const late = phases.filter(
    (phase) =>
      phase.standing === 'judged' && phase.all.p99 > bound && phase.lateness.p99 > bound * LATE_SHARE,
  );
  return late.map(
    ({ name, lateness: { p99 } }) =>
      `${name}: the load's own client was late by ${(p99 / 1000).toFixed(2)} ms (p99), for want of processor time; that is in every latency. Send from another machine to measure the engine.`,
  );
}
