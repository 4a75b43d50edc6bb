import { openLedger, openStock, refuseForeign } from '../engine/stores.js';
import { ledgerPool } from '../ledger/pool.js';
import { systemClock } from '../system-clock.js';
/** Reading a ledger of many millions takes as long as it takes; nobody is waiting behind it. */
const STATEMENT_TIMEOUT_MS = 15 * 60_000;
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 30_000;
/** A page is written whole and synced; a slow disk is no reason to begin anew. */
const STOCK_TIMEOUT_MS = 30_000;
/**
 * Opens both stores as an engine does, but for what it checks before it sells. Throws `StoreRefused` (also where Redis holds the
 * stock of another deployment, which must not be overwritten), `DeploymentRefused` or `SchemaRefused`.
 */
export async function openForRecovery(config, progress, beforeStep) {
    const pool = recoveryPool(config);
    let store;
    try {
        const deployment = await openLedger(pool, config);
        store = await openStock({ ...config, STOCK_TIMEOUT_MS });
        await refuseOthers(store, deployment, config);
        const settings = {
            databaseUrl: config.DATABASE_URL,
            batchRows: config.LEDGER_BATCH_ROWS,
            statementTimeoutMs: config.LEDGER_STATEMENT_TIMEOUT_MS,
            queryTimeoutMs: config.LEDGER_QUERY_TIMEOUT_MS,
            retentionMs: config.IDEMPOTENCY_RETENTION_MS,
        };
        const parts = { pool, store, deployment, settings, clock: systemClock, progress, beforeStep };
        const close = async () => {
            await parts.store.close();
            await pool.end();
        };
        return { parts, close };
    }
    catch (error) {
        await store?.close();
        await pool.end();
        throw error;
    }
}
/** Connections to the ledger with time for long questions. */
export function recoveryPool(config) {
    return ledgerPool({
        DATABASE_URL: config.DATABASE_URL,
        LEDGER_STATEMENT_TIMEOUT_MS: STATEMENT_TIMEOUT_MS,
        LEDGER_QUERY_TIMEOUT_MS: QUERY_TIMEOUT_MS,
    }, () => undefined);
}
async function refuseOthers(store, deployment, config) {
    const { epoch, partitions } = deployment;
    for (const meta of await store.initialise({ epoch, partitions, mayCreate: false })) {
        if (meta.kind === 'present')
            refuseForeign(meta, deployment, config);
    }
}
//# sourceMappingURL=open.js.map