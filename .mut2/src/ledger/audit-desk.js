import { Auditor } from './audit.js';
import { BackgroundAudit } from './background-audit.js';
import { PostgresLedgerSums } from './ledger-sums.js';
import { ledgerPool } from './pool.js';
/** How long an audit keeps the writer from waiting and yielding. */
const HURRY_MS = 10_000;
/** All audits of an engine, in the ledger's thread: those in the background and those that somebody asks for. */
export class AuditDesk {
    #auditor;
    #background;
    #pool;
    constructor(options, { store, source, writer, clock, shared, alarm }) {
        const { epoch, partitions, auditIntervalMs } = options;
        // The writer, which asks all the time, raises the alarm about Postgres.
        this.#pool = ledgerPool({
            DATABASE_URL: options.databaseUrl,
            LEDGER_STATEMENT_TIMEOUT_MS: options.statementTimeoutMs,
            LEDGER_QUERY_TIMEOUT_MS: options.queryTimeoutMs,
        }, () => undefined);
        const hurry = () => void writer.flush(HURRY_MS);
        this.#auditor = new Auditor({
            store,
            source,
            ledger: new PostgresLedgerSums(this.#pool),
            clock,
            epoch,
            partitions,
            hurry,
        });
        this.#background = new BackgroundAudit({ partitions, intervalMs: auditIntervalMs }, { auditor: this.#auditor, clock, shared, alarm, leads: () => writer.state.kind === 'leading' });
    }
    stats() {
        return this.#background.stats();
    }
    /** Audits in the background until `close`. Never rejects. */
    run() {
        return this.#background.run();
    }
    async answer(question) {
        try {
            const report = await this.#ask(question);
            return { kind: 'report', ...(report === undefined ? {} : { report }) };
        }
        catch (error) {
            return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
        }
    }
    /** Does not wait for a statement that is under way. */
    close() {
        this.#background.close();
        void this.#pool.end();
    }
    #ask(question) {
        switch (question.kind) {
            case 'sku':
                return this.#auditor.auditSku(question.sku);
            case 'partition':
                return this.#auditor.auditPartition(question.partition);
            case 'repair':
                return this.#auditor.repairSku(question.sku, question.actor);
        }
    }
}
//# sourceMappingURL=audit-desk.js.map