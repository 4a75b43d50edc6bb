import type { LatencySummary } from '../../loadtest/generator/latencies.js';
import type { Consistency, PhaseOfRun, RunResult } from '../../loadtest/result.js';

/** Milliseconds; the rest follows from p99. */
export function latency(p99Ms: number, count = 1000): LatencySummary {
  const p99 = p99Ms * 1000;
  return { count, mean: p99 / 2, p50: p99 / 2, p90: p99 * 0.9, p99, p999: p99 * 1.5, max: p99 * 2 };
}

/** A judged phase in which all went well, but for what is said. */
export function phaseWith(differing: Partial<PhaseOfRun> = {}): PhaseOfRun {
  const sample = { at: 1, seconds: 1, due: 1000, sent: 1000, accepted: 900, replayed: 0, refused: 100 };
  const rest = { errors: 0, inFlight: 3, pending: 0, p50: 2000, p99: 4000, p999: 6000, max: 8000 };
  return {
    ...{ name: 'selling', standing: 'judged', isOpen: true, from: 0, beganAt: 0, seconds: 1 },
    ...{ due: 1000, sent: 1000, sentInTime: 1000, unsent: 0, timedOut: 0, cutOff: 0, followUpErrors: 0 },
    answers: { accepted: 900, replayed: 0, refused: 100, failed: 0 },
    codes: { sold_out: 100 },
    ...{ all: latency(4), accepted: latency(4), refused: latency(1), followUps: latency(1, 0) },
    lateness: latency(0.1),
    curve: [0, 50, 75, 87.5].map((percentile) => ({ percentile, microseconds: 1000 + percentile * 30 })),
    samples: [sample, { ...sample, at: 2 }].map((one) => ({ ...one, ...rest })),
    ...differing,
  };
}

export const KEPT: Consistency = {
  ...{ missing: 0, oversold: 0, auditDifferences: 0, broken: [] },
  ...{ keys: 1000, accepted: 900, unknown: 0, unresolved: 0, drainSeconds: 0.2, isKept: true },
};

export function resultWith(differing: Partial<RunResult> = {}): RunResult {
  return {
    format: 1,
    scenario: 'hot-sku',
    title: 'one SKU',
    explanation: 'All want it.',
    startedAt: '2026-11-22T20:00:00.000Z',
    seconds: 2,
    wasStopped: false,
    engine: 'an engine',
    machine: { cores: 2, node: '20.0.0' },
    settings: { rate: 1000, p99Max: 10, errorShareMax: 0.001 },
    repeat: 'npm run loadtest -- hot-sku --rate 1000',
    phases: [phaseWith()],
    observations: [1, 2].map((at) => ({
      ...{
        at,
        lagSeconds: 0.1,
        lagEvents: 10,
        residentBytes: 2e8,
        openFiles: 60,
        redisBytes: 1e7,
        busyShare: 0.5,
        durable: 1,
      },
    })),
    figures: [],
    consistency: KEPT,
    checks: [],
    verdict: 'passed',
    ...differing,
  };
}
