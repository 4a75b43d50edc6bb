import { Socket } from 'node:net';
import pg from 'pg';
const CONNECT_TIMEOUT_MS = 5000;
/** Postgres must notice within a minute that this side is gone: till then it keeps our locks. */
const KEEPALIVE_SECONDS = 10;
/**
 * One Postgres connection that cannot get stuck: pg's `query_timeout` alone leaves a client that still waits for the old
 * answer, so whoever sees an error that is not Postgres' own must `destroy` the session and open another.
 */
export class Session {
    #client;
    #socket;
    #alive = true;
    constructor(client, socket) {
        this.#client = client;
        this.#socket = socket;
    }
    /** Throws when Postgres cannot be reached within 5 s. */
    static async open(options) {
        const socket = new Socket();
        const client = new pg.Client({
            connectionString: options.url,
            stream: () => socket,
            connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
            query_timeout: options.queryTimeoutMs,
            application_name: options.applicationName,
            keepAlive: true,
        });
        const session = new Session(client, socket);
        // Without a listener the loss of an idle connection would end the thread.
        client.on('error', () => session.destroy());
        client.on('end', () => session.destroy());
        try {
            await client.connect();
            // A plan made once, maybe while a table is all but empty, would live on while a rush fills it: ends of holds were seen to take
            // 20 s a batch that way. So each batch is planned anew, and a hold is always looked up by its index, never by reading them all.
            await client.query(`
        SET statement_timeout TO ${options.statementTimeoutMs};
        SET idle_in_transaction_session_timeout TO ${options.queryTimeoutMs};
        SET tcp_keepalives_idle TO ${KEEPALIVE_SECONDS};
        SET tcp_keepalives_interval TO ${KEEPALIVE_SECONDS};
        SET tcp_keepalives_count TO 3;
        SET synchronous_commit TO on;
        SET jit TO off;
        SET plan_cache_mode TO force_custom_plan;
        SET enable_seqscan TO off;
        SET enable_hashjoin TO off;
        SET enable_mergejoin TO off`);
        }
        catch (error) {
            session.destroy();
            throw error;
        }
        return session;
    }
    get alive() {
        return this.#alive;
    }
    /** Runs a statement, prepared once per session where it has a name. Rejects with Postgres' or the connection's error. */
    async run(statement, values = []) {
        if (!this.#alive)
            throw new Error('the connection to Postgres is gone');
        return this.#client.query({ ...statement, values: [...values] });
    }
    /** Ends the connection politely. */
    async close() {
        if (!this.#alive)
            return;
        this.#alive = false;
        await this.#client.end().catch(() => undefined);
        this.#socket.destroy();
    }
    /** Ends it now, whatever it waits for. */
    destroy() {
        this.#alive = false;
        this.#socket.destroy();
    }
}
/**
 * 21 cardinality violation (a row twice in one statement: a key used twice in one batch), 22 data exception, 23 integrity
 * constraint violation, 54 limit exceeded (a value too long for an index).
 */
const REFUSED_CLASSES = new Set(['21', '22', '23', '54']);
export function failureOf(error) {
    const detail = error instanceof Error ? error.message || error.name : String(error);
    if (error instanceof pg.DatabaseError && error.code !== undefined) {
        if (REFUSED_CLASSES.has(error.code.slice(0, 2)))
            return { kind: 'refused', code: error.code, detail };
        return { kind: 'lost', detail: `${error.code} ${detail}` };
    }
    return { kind: 'lost', detail };
}
//# sourceMappingURL=session.js.map