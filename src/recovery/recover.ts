import type pg from 'pg';
import type { Clock } from '../domain/ports.js';
import type { StockCall } from '../domain/stock-call.js';
import { RedisEventSource } from '../events/reader.js';
import type { Deployment } from '../ledger/deployment.js';
import { type EventPlace, type EventTime, readEventTimes, readLostEvents } from '../ledger/lost-events.js';
import {
  type Attempt,
  beginRecovery,
  countVoices,
  type Finding,
  finishRecovery,
  readLostSkus,
  readRecoveredSkus,
  type Settlement,
  settleRecovery,
  takeOverPositions,
  type UnfinishedRecovery,
  unfinishedRecovery,
} from '../ledger/recovery.js';
import { PostgresLedger } from '../ledger/transactions.js';
import type { RedisStockStore } from '../stock/store.js';
import { diagnose } from './diagnose.js';
import { drainStreams } from './drain.js';
import { makeReport, type RecoveryReport } from './report.js';
import { type Restored, restoreStock } from './restore.js';
import { callAll } from './stock.js';
import { withholdAndPause } from './withhold.js';

/** The steps in their order. Killed before any of them, a recovery is run again from where Postgres says it is. */
export const STEPS = [
  'begin',
  'seal',
  'drain',
  'listen',
  'settle',
  'restore',
  'withhold',
  'write',
  'finish',
  'finished',
] as const;
export type Step = (typeof STEPS)[number];

/** What a recovery shows while it works. */
export interface RecoveryProgress {
  stage(name: string, total: number): void;
  step(): void;
}

export interface RecoveryParts {
  readonly pool: pg.Pool;
  readonly store: RedisStockStore;
  readonly deployment: Deployment;
  readonly settings: {
    readonly databaseUrl: string;
    readonly batchRows: number;
    readonly statementTimeoutMs: number;
    readonly queryTimeoutMs: number;
    /** How long ended holds and adjustments answer replays. */
    readonly retentionMs: number;
  };
  readonly clock: Clock;
  readonly progress: RecoveryProgress;
  /** Called before each step; tests end the process here. */
  readonly beforeStep?: (step: Step) => void | Promise<void>;
}

export interface Situation {
  readonly findings: readonly Finding[];
  /** One that was begun and not ended. */
  readonly unfinished: UnfinishedRecovery | undefined;
  /** Whether there is anything to recover. */
  readonly isNeeded: boolean;
}

/** Looks at both stores; changes nothing. */
export async function lookAtStores(parts: RecoveryParts): Promise<Situation> {
  const { pool, store, deployment, settings } = parts;
  const { epoch, partitions, stockReady } = deployment;
  const unfinished = await unfinishedRecovery(pool);
  const metas = await store.initialise({ epoch, partitions, mayCreate: false });
  const ledger = new PostgresLedger({
    url: settings.databaseUrl,
    statementTimeoutMs: settings.statementTimeoutMs,
    queryTimeoutMs: settings.queryTimeoutMs,
    applicationName: 'holdfast recover',
  });
  try {
    const source = new RedisEventSource(store.nodes);
    const newest = await ledger.newestDigests();
    const lost = await readLostEvents(pool);
    const timesOf = (places: readonly EventPlace[]): Promise<readonly EventTime[]> =>
      readEventTimes(pool, places);
    const findings = await diagnose({ metas, deployment, source, newest, lost, timesOf });
    const isNeeded =
      unfinished !== undefined || (stockReady && findings.some(({ kind }) => kind !== 'whole'));
    return { findings, unfinished, isNeeded };
  } finally {
    await ledger.close();
  }
}

/** Engines that just found themselves sealed out get so long to say what they saw. */
const LISTEN_MS = 6000;
const LISTEN_POLL_MS = 100;

/**
 * Rebuilds the stock store from the ledger under a new epoch. Engines of the old epoch are refused by the first step on, and
 * none of the new one starts before the last. Throws `StockFailed`, `DrainFailed`, `Overtaken`, `LedgerContradiction` or a connection's
 * error: then it is run again.
 */
export async function recoverStock(parts: RecoveryParts, situation: Situation): Promise<RecoveryReport> {
  const { pool, deployment, clock, progress } = parts;
  const startedAt = clock.monotonic();
  const { unfinished } = situation;
  const step = async (name: Step): Promise<void> => {
    await parts.beforeStep?.(name);
    progress.step();
  };
  progress.stage('Recovering', STEPS.length);
  await step('begin');
  const lostEpoch = unfinished?.lostEpoch ?? deployment.epoch;
  const findings = unfinished?.findings ?? situation.findings;
  const attempt = await beginRecovery(pool, lostEpoch, findings);
  await step('seal');
  const heads = await seal(parts, attempt);
  const settlement = unfinished?.settlement ?? (await settle(parts, attempt, findings, heads, step));
  if (unfinished?.settlement !== undefined) await takeOverPositions(pool, attempt);
  await step('restore');
  const restored = await restore(parts, attempt, settlement);
  await step('withhold');
  const skus = await readRecoveredSkus(pool, attempt.recovery);
  await withholdAndPause({
    store: parts.store,
    epoch: attempt.epoch,
    recovery: attempt.recovery,
    skus,
    disagreeing: restored.disagreeing,
    now: clock.now(),
    progress: () => undefined,
  });
  await step('write');
  await drain(parts, attempt.epoch);
  await step('finish');
  const report = makeReport({
    attempt,
    findings,
    settlement,
    restored,
    skus,
    lostSkus: await readLostSkus(pool, lostEpoch),
    seconds: (clock.monotonic() - startedAt) / 1000,
    now: clock.now(),
  });
  await finishRecovery(pool, attempt, report);
  await step('finished');
  return report;
}

/** From here on nothing but this recovery is answered. Answers how far each partition had come. */
async function seal({ store, deployment }: RecoveryParts, attempt: Attempt): Promise<readonly number[]> {
  const { partitions } = deployment;
  const calls = Array.from({ length: partitions }, (_, partition): StockCall => {
    return { operation: 'seal', partition, epoch: attempt.epoch, seqSeen: 0, partitions };
  });
  return (await callAll(store, calls)).map(({ seq }) => seq);
}

async function settle(
  parts: RecoveryParts,
  attempt: Attempt,
  findings: readonly Finding[],
  heads: readonly number[],
  step: (name: Step) => Promise<void>,
): Promise<Settlement> {
  await step('drain');
  await drain(parts, attempt.lostEpoch);
  await step('listen');
  await listen(parts, attempt.lostEpoch);
  await step('settle');
  return settleRecovery(parts.pool, attempt, findings, heads);
}

async function drain(parts: RecoveryParts, epoch: number): Promise<void> {
  const { store, settings, deployment, clock } = parts;
  const source = new RedisEventSource(store.nodes);
  const { partitions } = deployment;
  await drainStreams({ ...settings, source, epoch, partitions, clock, progress: () => undefined });
}

/** Waits for engines that are alive and have not said yet what they saw. */
async function listen({ pool, clock }: RecoveryParts, epoch: number): Promise<void> {
  const deadline = clock.monotonic() + LISTEN_MS;
  while (clock.monotonic() < deadline) {
    if ((await countVoices(pool, epoch)).expected === 0) return;
    await new Promise<void>((resolve) => clock.setTimer(LISTEN_POLL_MS, resolve));
  }
}

function restore(parts: RecoveryParts, { epoch }: Attempt, settlement: Settlement): Promise<Restored> {
  const { pool, store, deployment, settings } = parts;
  const { partitions } = deployment;
  const { retentionMs } = settings;
  return restoreStock({
    pool,
    store,
    epoch,
    partitions,
    settlement,
    retentionMs,
    progress: () => undefined,
  });
}
