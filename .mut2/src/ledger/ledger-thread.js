import { Worker } from 'node:worker_threads';
import { LedgerUnavailable, } from '../domain/ports.js';
const ENTRY = new URL('./thread.js', import.meta.url);
const RESTART_MS = 250;
const RESTART_MS_MAX = 10_000;
/** A life this long counts as healthy: the next restart is quick again. */
const HEALTHY_MS = 60_000;
const CLOSE_MS = 5000;
const NO_THREAD = "the ledger's thread is being started again";
/** Settings of the ledger's thread from those of the engine. */
export function ledgerThreadOptions(config, deployment, shared) {
    return {
        epoch: deployment.epoch,
        partitions: deployment.partitions,
        redisUrl: config.REDIS_URL,
        stockReplicas: config.STOCK_REPLICAS,
        databaseUrl: config.DATABASE_URL,
        batchRows: config.LEDGER_BATCH_ROWS,
        flushMs: config.LEDGER_FLUSH_MS,
        yieldMs: config.LEDGER_YIELD_MS,
        statementTimeoutMs: config.LEDGER_STATEMENT_TIMEOUT_MS,
        queryTimeoutMs: config.LEDGER_QUERY_TIMEOUT_MS,
        stockTimeoutMs: config.STOCK_TIMEOUT_MS,
        memoryAlarmPercent: config.REDIS_MEMORY_ALARM_PERCENT,
        memoryRefusePercent: config.REDIS_MEMORY_REFUSE_PERCENT,
        auditIntervalMs: config.AUDIT_INTERVAL_MS,
        sharedState: shared.buffer,
    };
}
/**
 * The ledger writer as the main thread sees it. A thread that dies is started again with growing pauses: it keeps nothing
 * that is not in Postgres, so nothing is lost but time.
 */
export class LedgerThread {
    #options;
    #handlers;
    #entry;
    #worker;
    #life = 0;
    #restarts = 0;
    /** Deaths since the last healthy life. */
    #deaths = 0;
    #startedAt = 0;
    #closing = false;
    #closed;
    #status;
    #restartTimer;
    #flushed = new Set();
    #audits = new Map();
    #lastAudit = 0;
    #ended;
    /** `entry`: another thread than the ledger's, for tests. */
    constructor(options, handlers, entry = ENTRY) {
        this.#options = options;
        this.#handlers = handlers;
        this.#entry = entry;
        this.#start();
    }
    /** The newest report; `undefined` before the first. */
    status() {
        return this.#status;
    }
    /** How often the thread died and was started again. */
    get restarts() {
        return this.#restarts;
    }
    /** Asks for a report now; it comes to `onStatus`. */
    refresh() {
        this.#post({ kind: 'status' });
    }
    /**
     * Writes everything that is in the streams now. Answers whether all of it is in Postgres; false after `deadlineMs` at the
     * latest, also when the thread dies meanwhile. What is left stays in Redis for the next writer.
     */
    flush(deadlineMs) {
        if (this.#worker === undefined)
            return Promise.resolve(false);
        return new Promise((resolve) => {
            const answer = (drained) => {
                clearTimeout(timer);
                this.#flushed.delete(answer);
                resolve(drained);
            };
            const timer = setTimeout(() => answer(false), deadlineMs);
            this.#flushed.add(answer);
            this.#post({ kind: 'flush', deadlineMs });
        });
    }
    /** `undefined` for an unknown SKU. Rejects with `LedgerUnavailable`. */
    async auditSku(sku) {
        return (await this.#audit({ kind: 'sku', sku }));
    }
    async auditPartition(partition) {
        return (await this.#audit({ kind: 'partition', partition }));
    }
    /** The same, putting counters right where that is proved; `actor` is who asked for it. */
    async repairSku(sku, actor) {
        return (await this.#audit({ kind: 'repair', sku, actor }));
    }
    async #audit(question) {
        if (this.#worker === undefined)
            throw new LedgerUnavailable(NO_THREAD);
        this.#lastAudit += 1;
        const id = this.#lastAudit;
        const answer = await new Promise((resolve) => {
            this.#audits.set(id, resolve);
            this.#post({ kind: 'audit', id, question });
        });
        this.#audits.delete(id);
        if (answer.kind === 'unavailable')
            throw new LedgerUnavailable(answer.detail);
        return answer.report;
    }
    /** Ends the thread after the transaction under way, by force after 5 s. Repeating waits for the same end. */
    close() {
        this.#closed ??= this.#close();
        return this.#closed;
    }
    async #close() {
        this.#closing = true;
        clearTimeout(this.#restartTimer);
        const worker = this.#worker;
        if (worker === undefined)
            return;
        const ended = new Promise((resolve) => {
            this.#ended = resolve;
        });
        this.#post({ kind: 'close' });
        const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
        await ended;
        clearTimeout(timer);
    }
    #start() {
        this.#startedAt = performance.now();
        const workerData = { ...this.#options, life: this.#life };
        const worker = new Worker(this.#entry, { workerData, name: 'ledger' });
        this.#worker = worker;
        let reason = 'ended without being asked to';
        worker.on('message', (message) => this.#heard(message));
        worker.on('error', (error) => {
            reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        });
        worker.on('exit', () => this.#exited(reason));
    }
    #heard(message) {
        switch (message.kind) {
            case 'status':
                this.#status = message.status;
                this.#handlers.onStatus(message.status);
                break;
            case 'alarm':
                this.#handlers.onAlarm(message.alarm);
                break;
            case 'flushed':
                for (const answer of [...this.#flushed])
                    answer(message.drained);
                break;
            case 'audited':
                this.#audits.get(message.id)?.(message.answer);
                break;
            case 'closed':
                break;
        }
    }
    #exited(reason) {
        this.#worker = undefined;
        for (const answer of [...this.#flushed])
            answer(false);
        for (const answer of this.#audits.values())
            answer({ kind: 'unavailable', detail: NO_THREAD });
        this.#ended?.();
        // A thread that ended because its epoch is over is not started again: the new one would only see the same.
        if (this.#closing || this.#status?.state.kind === 'stopped')
            return;
        this.#handlers.onAlarm({ kind: 'thread_died', detail: reason });
        if (performance.now() - this.#startedAt > HEALTHY_MS)
            this.#deaths = 0;
        const delay = Math.min(RESTART_MS * 2 ** Math.min(this.#deaths, 10), RESTART_MS_MAX);
        this.#deaths += 1;
        this.#restarts += 1;
        this.#reportDeath(reason);
        this.#life += 1;
        this.#restartTimer = setTimeout(() => this.#start(), delay);
    }
    /** The last report came from a thread that is gone: it must not go on looking healthy. */
    #reportDeath(reason) {
        if (this.#status === undefined)
            return;
        const detail = `the ledger's thread died: ${reason.slice(0, 200)}`;
        const state = { kind: 'waiting', failures: this.#deaths, detail };
        this.#status = { ...this.#status, leader: false, state };
        this.#handlers.onStatus(this.#status);
    }
    #post(message) {
        this.#worker?.postMessage(message);
    }
}
//# sourceMappingURL=ledger-thread.js.map