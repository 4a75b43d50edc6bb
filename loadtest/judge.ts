import { ACHIEVED_SHARE_MIN, achievedShare, errorShare } from './generator/phase.js';
import type { Check, CheckState, Consistency, PhaseOfRun } from './result.js';

/** Bounds of a judged phase. */
export interface ServiceLevels {
  /** Milliseconds. */
  readonly p99Max: number;
  readonly errorShareMax: number;
}

const NOTHING_JUDGED: Check = {
  name: 'service levels',
  state: 'void',
  detail: 'there was no phase that they are judged by',
};

/** Service levels of the judged phases, the consistency, and what the scenario itself found. */
export function judge(
  phases: readonly PhaseOfRun[],
  consistency: Consistency,
  found: readonly Check[],
  levels: ServiceLevels,
): readonly Check[] {
  const judged = phases.filter(({ standing }) => standing === 'judged');
  return [
    consistencyCheck(consistency),
    ...found,
    ...(judged.length === 0 ? [NOTHING_JUDGED] : judged.flatMap((phase) => judgePhase(phase, levels))),
  ];
}

/** A failure counts for more than a void: it was seen. */
export function verdictOf(checks: readonly Check[]): CheckState {
  if (checks.some(({ state }) => state === 'failed')) return 'failed';
  return checks.some(({ state }) => state === 'void') ? 'void' : 'passed';
}

/** What was sent in it is not the load that was meant, so that its latencies say nothing. */
export function isVoid(phase: PhaseOfRun): boolean {
  return phase.isOpen && achievedShare(phase) < ACHIEVED_SHARE_MIN;
}

function judgePhase(phase: PhaseOfRun, levels: ServiceLevels): readonly Check[] {
  const errors = errorShare(phase);
  const errorCheck: Check = {
    name: `${phase.name}: errors`,
    state: errors <= levels.errorShareMax ? 'passed' : 'failed',
    detail: `${percent(errors)} of ${phase.due} requests, at most ${percent(levels.errorShareMax)}`,
  };
  // The latency of a closed loop says how many connections there were, not what a buyer waits.
  if (!phase.isOpen) return [errorCheck];
  const wasVoid = isVoid(phase);
  const remedy = wasVoid ? '; lower --rate, raise --connections, or send from another machine' : '';
  const checks = [latencyCheck(phase, levels.p99Max), errorCheck, ...followUpCheck(phase, levels)];
  return [
    {
      name: `${phase.name}: load`,
      state: wasVoid ? 'void' : 'passed',
      detail: `${percent(achievedShare(phase))} of the requests were sent in time, at least ${percent(ACHIEVED_SHARE_MIN)}; ${lateness(phase)}${remedy}`,
    },
    // Neither good nor bad: another load was measured than was meant.
    ...(wasVoid ? checks.map((check): Check => ({ ...check, state: 'void' })) : checks),
  ];
}

/** Above the bound by no more than the client itself was late is no fault that the engine could be blamed for. */
function latencyCheck(phase: PhaseOfRun, p99Max: number): Check {
  const [p99Ms, lateMs] = [phase.all.p99 / 1000, phase.lateness.p99 / 1000];
  const name = `${phase.name}: p99`;
  const detail = `${p99Ms.toFixed(2)} ms, at most ${p99Max} ms`;
  if (p99Ms <= p99Max) return { name, state: 'passed', detail };
  if (p99Ms - lateMs > p99Max) return { name, state: 'failed', detail };
  const remedy = `but the client itself was late by ${lateMs.toFixed(2)} ms: give it processor time of its own`;
  return { name, state: 'void', detail: `${detail}, ${remedy}` };
}

/** Who has paid must not be refused; how long it takes is shown, since its rate is not chosen but follows from the holds. */
function followUpCheck(
  { name, followUps, followUpErrors }: PhaseOfRun,
  levels: ServiceLevels,
): readonly Check[] {
  if (followUps.count === 0) return [];
  const share = followUpErrors / followUps.count;
  const p99 = (followUps.p99 / 1000).toFixed(2);
  return [
    {
      name: `${name}: confirms and releases`,
      state: share <= levels.errorShareMax ? 'passed' : 'failed',
      detail: `${percent(share)} of ${followUps.count} failed, at most ${percent(levels.errorShareMax)}; p99 ${p99} ms`,
    },
  ];
}

/** Time the generator itself lost, because its machine was busy; it is in every latency, and no fault of the engine. */
function lateness({ lateness: { p50, p99 } }: PhaseOfRun): string {
  return `by the generator itself late: p50 ${(p50 / 1000).toFixed(2)}, p99 ${(p99 / 1000).toFixed(2)} ms`;
}

function consistencyCheck(consistency: Consistency): Check {
  const { isKept, keys, accepted, broken, missing, oversold } = consistency;
  const detail = isKept
    ? `${accepted} accepted of ${keys} keys: all in Redis and in Postgres, none oversold, no buyer over the limit`
    : `${missing} missing, ${oversold} oversold: ${broken.join('; ')}`;
  return { name: 'consistency', state: isKept ? 'passed' : 'failed', detail };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
