import { RedisEventSource } from '../events/reader.js';
import { readEventTimes, readLostEvents } from '../ledger/lost-events.js';
import { beginRecovery, countVoices, finishRecovery, readLostSkus, readRecoveredSkus, settleRecovery, takeOverPositions, unfinishedRecovery, } from '../ledger/recovery.js';
import { PostgresLedger } from '../ledger/transactions.js';
import { diagnose } from './diagnose.js';
import { drainStreams } from './drain.js';
import { makeReport } from './report.js';
import { restoreStock } from './restore.js';
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
];
/** Looks at both stores; changes nothing. */
export async function lookAtStores(parts) {
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
        const timesOf = (places) => readEventTimes(pool, places);
        const findings = await diagnose({ metas, deployment, source, newest, lost, timesOf });
        const isNeeded = unfinished !== undefined || (stockReady && findings.some(({ kind }) => kind !== 'whole'));
        return { findings, unfinished, isNeeded };
    }
    finally {
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
export async function recoverStock(parts, situation) {
    const { pool, deployment, clock, progress } = parts;
    const startedAt = clock.monotonic();
    const { unfinished } = situation;
    const step = async (name) => {
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
    if (unfinished?.settlement !== undefined)
        await takeOverPositions(pool, attempt);
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
async function seal({ store, deployment }, attempt) {
    const { partitions } = deployment;
    const calls = Array.from({ length: partitions }, (_, partition) => {
        return { operation: 'seal', partition, epoch: attempt.epoch, seqSeen: 0, partitions };
    });
    return (await callAll(store, calls)).map(({ seq }) => seq);
}
async function settle(parts, attempt, findings, heads, step) {
    await step('drain');
    await drain(parts, attempt.lostEpoch);
    await step('listen');
    await listen(parts, attempt.lostEpoch);
    await step('settle');
    return settleRecovery(parts.pool, attempt, findings, heads);
}
async function drain(parts, epoch) {
    const { store, settings, deployment, clock } = parts;
    const source = new RedisEventSource(store.nodes);
    const { partitions } = deployment;
    await drainStreams({ ...settings, source, epoch, partitions, clock, progress: () => undefined });
}
/** Waits for engines that are alive and have not said yet what they saw. */
async function listen({ pool, clock }, epoch) {
    const deadline = clock.monotonic() + LISTEN_MS;
    while (clock.monotonic() < deadline) {
        if ((await countVoices(pool, epoch)).expected === 0)
            return;
        await new Promise((resolve) => clock.setTimer(LISTEN_POLL_MS, resolve));
    }
}
function restore(parts, { epoch }, settlement) {
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
//# sourceMappingURL=recover.js.map