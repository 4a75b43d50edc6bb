import pg from 'pg';
const CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 3000;
/** Connections for questions to the ledger and for its set-up; the writer has its own. `onError`: an idle one was lost. */
export function ledgerPool(config, onError) {
    const pool = new pg.Pool({
        connectionString: config.DATABASE_URL,
        max: CONNECTIONS_MAX,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        // Postgres gives up first: a client that timed out on its own still waits for the old answer.
        statement_timeout: config.LEDGER_STATEMENT_TIMEOUT_MS,
        query_timeout: config.LEDGER_QUERY_TIMEOUT_MS,
        application_name: 'holdfast',
        keepAlive: true,
    });
    pool.on('error', onError);
    return pool;
}
//# sourceMappingURL=pool.js.map