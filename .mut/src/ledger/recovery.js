import { inTransaction, readPositions, withClient } from './deployment.js';
import { sql } from './sql.js';
/** Any number will do; it must be the same in every version. */
const RECOVERY_LOCK = 4_711_004;
/** Runs `work` as the only recovery of the deployment; answers undefined, without running it, while another runs. */
export async function asOnlyRecovery(pool, work) {
    return withClient(pool, async (client) => {
        const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [RECOVERY_LOCK]);
        if (rows[0]?.taken !== true)
            return undefined;
        try {
            return await work();
        }
        finally {
            await client.query('SELECT pg_advisory_unlock($1)', [RECOVERY_LOCK]).catch(() => undefined);
        }
    });
}
export async function unfinishedRecovery(pool) {
    const { rows } = await pool.query(sql('queries/unfinished-recovery.sql'));
    const row = rows[0];
    if (row === undefined)
        return undefined;
    return {
        recovery: row.recovery,
        lostEpoch: row.lost_epoch,
        begunAt: row.begun_at.getTime(),
        findings: row.findings,
        settlement: row.settled ? row.settlement : undefined,
    };
}
/** Mints the epoch of a new attempt. From here on no engine starts until `finishRecovery`. */
export async function beginRecovery(pool, lostEpoch, findings) {
    return withClient(pool, (client) => inTransaction(client, async () => {
        const minted = await client.query(sql('statements/mint-epoch.sql'), ['recovery']);
        const { epoch } = minted.rows[0];
        const values = [lostEpoch, epoch, JSON.stringify(findings)];
        const { rows } = await client.query(sql('statements/begin-recovery.sql'), values);
        return { recovery: rows[0].recovery, lostEpoch, epoch };
    }));
}
/** Who can say what the epoch had. */
export async function countVoices(pool, epoch) {
    const { rows } = await pool.query(sql('queries/count-voices.sql'), [epoch]);
    return rows[0];
}
/**
 * Gives up what the ledger does not have of the lost epoch: decides what is uncertain, and lets the positions count the new
 * epoch's events. From here on no writer of the lost epoch can add anything. `heads`: seq of each sealed partition.
 */
export async function settleRecovery(pool, attempt, findings, heads) {
    const { recovery, lostEpoch, epoch } = attempt;
    return withClient(pool, (client) => inTransaction(client, async () => {
        const voices = await client.query(sql('queries/count-voices.sql'), [lostEpoch]);
        const evidence = evidenceOf(voices.rows[0]);
        const partitions = (await readPositions(client)).map(({ partition, seq, at, acknowledged }) => {
            const { head = 0, kind = 'whole' } = findings[partition] ?? {};
            // Another stream's numbers say nothing of ours.
            const isOurs = kind === 'whole' || kind === 'behind';
            const knownSeq = Math.max(seq, acknowledged, isOurs ? Math.max(head, heads[partition] ?? 0) : 0);
            const lost = evidence === 'unseen' || kind === 'rewritten' || seq < knownSeq;
            return { partition, ledgerSeq: seq, knownSeq, lost, lastAt: at };
        });
        const settlement = { evidence, partitions };
        const values = [recovery, epoch, JSON.stringify(settlement)];
        const settled = await client.query(sql('statements/settle-recovery.sql'), values);
        if (settled.rowCount !== 1)
            throw new Overtaken();
        const lost = partitions.filter((partition) => partition.lost).map(({ partition }) => partition);
        await client.query(sql('statements/settle-skus.sql'), [
            recovery,
            lostEpoch,
            lost,
            evidence !== 'unseen',
        ]);
        await client.query(sql('statements/reset-positions.sql'), [epoch]);
        return settlement;
    }));
}
/** A later attempt goes on with a settled recovery: its epoch is the one that counts. */
export async function takeOverPositions(pool, { epoch }) {
    await withClient(pool, (client) => inTransaction(client, () => client.query(sql('statements/reset-positions.sql'), [epoch])));
}
/** Another recovery was begun since; this one must not go on. */
export class Overtaken extends Error {
    name = 'Overtaken';
    constructor() {
        super('Another `recover` was started and goes on with this recovery; this one ends.');
    }
}
function evidenceOf({ testified, drained, silent }) {
    if (silent > 0)
        return 'unseen';
    if (testified > 0)
        return 'witnessed';
    return drained > 0 ? 'drained' : 'unseen';
}
export async function readRecoveredSkus(pool, recovery) {
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
const LOST_SKUS_MAX = 1000;
/** SKUs that engines saw and the ledger never heard of. */
export async function readLostSkus(pool, lostEpoch) {
    return (await pool.query(sql('queries/lost-skus.sql'), [lostEpoch, LOST_SKUS_MAX])).rows;
}
/** Lets engines start. Throws `Overtaken`. `report`: kept as JSON. */
export async function finishRecovery(pool, attempt, report) {
    const values = [attempt.recovery, attempt.epoch, JSON.stringify(report)];
    const { rowCount } = await pool.query(sql('statements/finish-recovery.sql'), values);
    if (rowCount !== 1)
        throw new Overtaken();
}
/** The report of the newest finished recovery, as `finishRecovery` was given it. */
export async function newestReport(pool) {
    return (await pool.query(sql('queries/newest-report.sql'))).rows[0]?.report;
}
/** Whether engines of a newer epoch may sell. */
export async function isSuperseded(pool, epoch) {
    const { rows } = await pool.query(sql('queries/is-superseded.sql'), [epoch]);
    return rows[0]?.superseded === true;
}
//# sourceMappingURL=recovery.js.map