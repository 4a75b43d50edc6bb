import type pg from 'pg';
import type { SkuState } from '../domain/sku.js';
import { inTransaction, readPositions, withClient } from './deployment.js';
import { sql } from './sql.js';

/** Any number will do; it must be the same in every version. */
const RECOVERY_LOCK = 4_711_004;

/** What was found in a partition of the stock store before anything was changed. Plain data: it is kept as JSON. */
export interface Finding {
  readonly partition: number;
  readonly kind: 'whole' | 'empty' | 'behind' | 'rewritten' | 'of_another_epoch' | 'unfinished';
  /** Seq of its newest event; 0 where it is empty. */
  readonly head: number;
  /** Seq up to which the ledger had it. */
  readonly ledgerSeq: number;
}

/** What became of a partition's events of the lost epoch. */
export interface SettledPartition {
  readonly partition: number;
  readonly ledgerSeq: number;
  /** Highest seq that anybody is known to have seen. */
  readonly knownSeq: number;
  /** Whether events may be missing. */
  readonly lost: boolean;
  /** Time of the newest event in the ledger, milliseconds. */
  readonly lastAt: number;
}

/**
 * By what the uncertain units are counted: what engines that saw the store roll back say; nothing is uncertain, because every engine
 * had left with all it saw in the ledger; or nobody can say, and everything believed available may have been held.
 */
export type Evidence = 'witnessed' | 'drained' | 'unseen';

export interface Settlement {
  readonly evidence: Evidence;
  readonly partitions: readonly SettledPartition[];
}

export interface UnfinishedRecovery {
  readonly recovery: number;
  readonly lostEpoch: number;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly findings: readonly Finding[];
  /** Absent until the ledger was settled. */
  readonly settlement: Settlement | undefined;
}

export interface RecoveredSku {
  readonly sku: string;
  readonly partition: number;
  readonly stateBefore: SkuState;
  /** Milliseconds since 1970; 0 where none is set. */
  readonly opensAt: number;
  readonly availableBefore: number;
  readonly withheld: number;
  readonly reservedAfter: number;
  readonly uncovered: number;
}

export interface Voices {
  readonly testified: number;
  readonly drained: number;
  readonly silent: number;
  readonly expected: number;
}

/** The attempt of a recovery that is under way: its writes do nothing once another has begun. */
export interface Attempt {
  readonly recovery: number;
  readonly lostEpoch: number;
  readonly epoch: number;
}

/** Runs `work` as the only recovery of the deployment; answers undefined, without running it, while another runs. */
export async function asOnlyRecovery<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T | undefined> {
  return withClient(pool, async (client) => {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [RECOVERY_LOCK]);
    if (rows[0]?.taken !== true) return undefined;
    try {
      return await work();
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [RECOVERY_LOCK]).catch(() => undefined);
    }
  });
}

export async function unfinishedRecovery(pool: pg.Pool): Promise<UnfinishedRecovery | undefined> {
  const { rows } = await pool.query(sql('queries/unfinished-recovery.sql'));
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    recovery: row.recovery,
    lostEpoch: row.lost_epoch,
    begunAt: row.begun_at.getTime(),
    findings: row.findings,
    settlement: row.settled ? row.settlement : undefined,
  };
}

/** Mints the epoch of a new attempt. From here on no engine starts until `finishRecovery`. */
export async function beginRecovery(
  pool: pg.Pool,
  lostEpoch: number,
  findings: readonly Finding[],
): Promise<Attempt> {
  return withClient(pool, (client) =>
    inTransaction(client, async () => {
      const minted = await client.query<{ epoch: number }>(sql('statements/mint-epoch.sql'), ['recovery']);
      const { epoch } = minted.rows[0]!;
      const values = [lostEpoch, epoch, JSON.stringify(findings)];
      const { rows } = await client.query<{ recovery: number }>(sql('statements/begin-recovery.sql'), values);
      return { recovery: rows[0]!.recovery, lostEpoch, epoch };
    }),
  );
}

/** Who can say what the epoch had. */
export async function countVoices(pool: pg.Pool, epoch: number): Promise<Voices> {
  const { rows } = await pool.query<Voices>(sql('queries/count-voices.sql'), [epoch]);
  return rows[0]!;
}

/**
 * Gives up what the ledger does not have of the lost epoch: decides what is uncertain, and lets the positions count the new
 * epoch's events. From here on no writer of the lost epoch can add anything. `heads`: seq of each sealed partition.
 */
export async function settleRecovery(
  pool: pg.Pool,
  attempt: Attempt,
  findings: readonly Finding[],
  heads: readonly number[],
): Promise<Settlement> {
  const { recovery, lostEpoch, epoch } = attempt;
  return withClient(pool, (client) =>
    inTransaction(client, async () => {
      const voices = await client.query<Voices>(sql('queries/count-voices.sql'), [lostEpoch]);
      const evidence = evidenceOf(voices.rows[0]!);
      const partitions = (await readPositions(client)).map(({ partition, seq, at, acknowledged }) => {
        const { head = 0, kind = 'whole' } = findings[partition] ?? {};
        // Another stream's numbers say nothing of ours.
        const isOurs = kind === 'whole' || kind === 'behind';
        const knownSeq = Math.max(seq, acknowledged, isOurs ? Math.max(head, heads[partition] ?? 0) : 0);
        const lost = evidence === 'unseen' || kind === 'rewritten' || seq < knownSeq;
        return { partition, ledgerSeq: seq, knownSeq, lost, lastAt: at };
      });
      const settlement: Settlement = { evidence, partitions };
      const values = [recovery, epoch, JSON.stringify(settlement)];
      const settled = await client.query(sql('statements/settle-recovery.sql'), values);
      if (settled.rowCount !== 1) throw new Overtaken();
      const lost = partitions.filter((partition) => partition.lost).map(({ partition }) => partition);
      await client.query(sql('statements/settle-skus.sql'), [
        recovery,
        lostEpoch,
        lost,
        evidence !== 'unseen',
      ]);
      await client.query(sql('statements/reset-positions.sql'), [epoch]);
      return settlement;
    }),
  );
}

/** A later attempt goes on with a settled recovery: its epoch is the one that counts. */
export async function takeOverPositions(pool: pg.Pool, { epoch }: Attempt): Promise<void> {
  await withClient(pool, (client) =>
    inTransaction(client, () => client.query(sql('statements/reset-positions.sql'), [epoch])),
  );
}

/** Another recovery was begun since; this one must not go on. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  constructor() {
    super('Another `recover` was started and goes on with this recovery; this one ends.');
  }
}

function evidenceOf({ testified, drained, silent }: Voices): Evidence {
  if (silent > 0) return 'unseen';
  if (testified > 0) return 'witnessed';
  return drained > 0 ? 'drained' : 'unseen';
}

export async function readRecoveredSkus(pool: pg.Pool, recovery: number): Promise<readonly RecoveredSku[]> {
  const { rows } = await pool.query(sql('queries/recovered-skus.sql'), [recovery]);
  return rows.map((row) => ({
    sku: row.sku,
    partition: row.partition,
    stateBefore: row.state_before,
    opensAt: Number(row.opens_at),
    availableBefore: row.available_before,
    withheld: row.withheld,
    reservedAfter: row.reserved_after,
    uncovered: row.uncovered,
  }));
}

export interface LostSku {
  readonly sku: string;
  readonly total: number;
  /** Units held or sold when an engine saw it last. */
  readonly claimed: number;
}

const LOST_SKUS_MAX = 1000;

/** SKUs that engines saw and the ledger never heard of. */
export async function readLostSkus(pool: pg.Pool, lostEpoch: number): Promise<readonly LostSku[]> {
  return (await pool.query<LostSku>(sql('queries/lost-skus.sql'), [lostEpoch, LOST_SKUS_MAX])).rows;
}

/** Lets engines start. Throws `Overtaken`. `report`: kept as JSON. */
export async function finishRecovery(pool: pg.Pool, attempt: Attempt, report: object): Promise<void> {
  const values = [attempt.recovery, attempt.epoch, JSON.stringify(report)];
  const { rowCount } = await pool.query(sql('statements/finish-recovery.sql'), values);
  if (rowCount !== 1) throw new Overtaken();
}

/** The report of the newest finished recovery, as `finishRecovery` was given it. */
export async function newestReport(pool: pg.Pool): Promise<unknown> {
  return (await pool.query(sql('queries/newest-report.sql'))).rows[0]?.report;
}

/** Whether engines of a newer epoch may sell. */
export async function isSuperseded(pool: pg.Pool, epoch: number): Promise<boolean> {
  const { rows } = await pool.query(sql('queries/is-superseded.sql'), [epoch]);
  return rows[0]?.superseded === true;
}
