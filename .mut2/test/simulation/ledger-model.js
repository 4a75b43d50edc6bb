import { DeploymentRefused, } from '../../src/ledger/deployment.js';
import { eventTimes, keepLostEvents, lostEvents } from './ledger-model-lost-events.js';
import { quarantineEvent, StatementRefused, writeBatch } from './ledger-model-statements.js';
import { eventKey, LedgerTables } from './ledger-model-tables.js';
/** The connection broke, or there was none to be had. */
export class PostgresUnreachable extends Error {
    name = 'PostgresUnreachable';
}
const DELIVERED = { kind: 'delivered' };
/**
 * Postgres in memory, as far as the ledger uses it: the tables, the transactions of `PostgresLedger`, the leader's lock and
 * the deployment. Written from the statements' text; `ledger-model.test.ts` holds it to the real one. A transaction happens
 * at one moment: the real one takes its row locks in its first statement, so two of them cannot mix either.
 */
export class LedgerModel {
    tables = new LedgerTables();
    #options;
    /** The connection that holds the advisory lock. */
    #leader;
    #connections = new Set();
    constructor(options) {
        this.#options = options;
    }
    /** What `openDeployment` answers on the real one. Throws `DeploymentRefused` or `PostgresUnreachable`. */
    open(engine, settings) {
        return this.#pooled(engine, () => this.#openDeployment(settings));
    }
    mintEpoch(engine, reason) {
        return this.#pooled(engine, () => this.#mintEpoch(reason));
    }
    /** By an operator's hand, at this moment. */
    mintNow(reason) {
        return this.#mintEpoch(reason);
    }
    markStockReady(engine, epoch) {
        return this.#pooled(engine, () => {
            const { epochs } = this.tables;
            const index = epochs.findIndex((row) => row.epoch === epoch);
            if (index >= 0)
                epochs[index] = { ...epochs[index], stockReady: true };
        });
    }
    readPositions(engine) {
        return this.#pooled(engine, () => this.positions());
    }
    raiseAcknowledged(engine, epoch, seqs) {
        return this.#pooled(engine, () => {
            const { positions } = this.tables;
            for (const [partition, seq] of seqs.entries()) {
                const row = positions.get(partition);
                if (row === undefined || row.epoch !== epoch || row.acknowledged >= seq)
                    continue;
                positions.set(partition, { ...row, acknowledged: seq });
            }
        });
    }
    keepLostEvents(engine, epoch, events) {
        return this.#pooled(engine, () => keepLostEvents(this.tables, epoch, events));
    }
    readLostEvents(engine) {
        return this.#pooled(engine, () => lostEvents(this.tables));
    }
    readEventTimes(engine, places) {
        return this.#pooled(engine, () => eventTimes(this.tables, places));
    }
    /** In order of partition, at this moment. */
    positions() {
        return [...this.tables.positions.values()].sort((a, b) => a.partition - b.partition);
    }
    /** The ledger as one engine's writer sees it. Engines that restart take another. */
    session(engine) {
        return new LedgerModelSession(this, engine);
    }
    /** Postgres restarts: what was committed stays, every connection and lock is gone. */
    restart() {
        for (const connection of this.#connections)
            connection.alive = false;
        this.#connections.clear();
        this.#leader = undefined;
    }
    /** Frees the leader's lock while its session goes on, as a pooler in transaction mode does. */
    breakLock() {
        this.#leader = undefined;
    }
    /** For sessions. */
    connect() {
        const connection = { alive: true };
        this.#connections.add(connection);
        return connection;
    }
    /** For sessions. */
    disconnect(connection) {
        connection.alive = false;
        this.#connections.delete(connection);
        if (this.#leader === connection)
            this.#leader = undefined;
    }
    /** For sessions: whether the lock is the connection's now. */
    tryLock(connection) {
        this.#leader ??= connection;
        return this.#leader === connection;
    }
    /** For sessions. Throws `PostgresUnreachable` where the exchange's fate is that. */
    async exchange(engine, exchange, isAlive, work) {
        const fate = this.#options.fate?.(engine, exchange) ?? DELIVERED;
        if (fate.kind !== 'unreachable')
            await this.#pause(fate.beforeMs);
        const isDone = (fate.kind === 'delivered' || fate.kind === 'cut_after') && isAlive();
        let answer;
        let refusal;
        if (isDone) {
            try {
                answer = { value: work() };
            }
            catch (error) {
                refusal = error;
            }
        }
        await this.#pause(fate.afterMs);
        const isAnswered = fate.kind === 'delivered' || (fate.kind === 'cut_after' && isRolledBack(answer?.value));
        if (!isDone || !isAnswered)
            throw new PostgresUnreachable(`simulated: ${fate.kind}`);
        if (answer === undefined)
            throw refusal;
        return answer.value;
    }
    #pooled(engine, work) {
        return this.exchange(engine, 'pool', () => true, work);
    }
    async #pause(milliseconds) {
        if (milliseconds !== undefined && milliseconds > 0)
            await this.#options.pause?.(milliseconds);
    }
    #openDeployment({ partitions, holdIdSecret: given = '' }) {
        const { tables } = this;
        if (tables.deployment === undefined) {
            const minted = given === '' ? 'a secret minted by the ledger' : null;
            tables.deployment = { partitions, holdIdSecret: minted, secret: minted ?? given };
            this.#mintEpoch('first start');
            const { epoch } = tables.epochs[0];
            const at = this.#options.clock();
            for (let partition = 0; partition < partitions; partition += 1) {
                tables.positions.set(partition, { partition, epoch, seq: 0, at, acknowledged: 0 });
            }
        }
        const stored = tables.deployment;
        if (stored.partitions !== partitions) {
            throw new DeploymentRefused(`PARTITIONS is ${partitions}, but this deployment was made with ${stored.partitions}, ` +
                `which cannot change: set PARTITIONS=${stored.partitions}.`);
        }
        if (given === '' ? stored.holdIdSecret === null : given !== stored.secret)
            throw new DeploymentRefused('HOLD_ID_SECRET is not the one this deployment was made with');
        const newest = tables.epochs.at(-1);
        return {
            epoch: newest.epoch,
            firstEpoch: tables.epochs[0].epoch,
            partitions,
            holdIdSecret: stored.secret,
            stockReady: newest.stockReady,
            recovery: 'none',
            positions: this.positions(),
        };
    }
    #mintEpoch(reason) {
        const { epochs, positions } = this.tables;
        const epoch = (epochs.at(-1)?.epoch ?? this.#options.firstEpoch ?? 0) + 1;
        epochs.push({ epoch, reason, stockReady: false });
        const at = this.#options.clock();
        for (const [partition, row] of positions) {
            positions.set(partition, { ...row, epoch, seq: 0, at, acknowledged: 0 });
        }
        return epoch;
    }
    /** For sessions: one transaction, now. `work` answers a result to roll back with, or nothing to commit. */
    transact(work) {
        const { tables } = this;
        try {
            const ending = work(tables, this.#options.clock());
            if (ending === undefined)
                tables.commit();
            else
                tables.rollBack();
            return ending ?? { kind: 'written' };
        }
        catch (error) {
            tables.rollBack();
            if (!(error instanceof StatementRefused))
                throw error;
            return { kind: 'refused', code: error.code, detail: error.message };
        }
    }
}
function isRolledBack(answer) {
    const kind = typeof answer === 'object' && answer !== null && 'kind' in answer ? answer.kind : undefined;
    return kind === 'fenced' || kind === 'refused';
}
/** Opens a connection when needed and gives it up at the first doubt, as `PostgresLedger` does. */
class LedgerModelSession {
    #model;
    #engine;
    #connection;
    #leads = false;
    constructor(model, engine) {
        this.#model = model;
        this.#engine = engine;
    }
    positions() {
        return this.#ask('positions', () => this.#model.positions().map(({ acknowledged: _, ...position }) => position));
    }
    newestDigests() {
        const { ledgerEvents } = this.#model.tables;
        return this.#ask('digests', () => this.#model.positions().flatMap(({ epoch, partition, seq }) => {
            const digest = ledgerEvents.get(eventKey(epoch, partition, seq))?.digest ?? null;
            return digest === null ? [] : [{ partition, seq, digest }];
        }));
    }
    async tryLead() {
        if (this.#leads && this.#connection?.alive === true)
            return true;
        this.#leads = await this.#ask('lead', (connection) => this.#model.tryLock(connection));
        return this.#leads;
    }
    write(epoch, batch) {
        return this.#transaction('write', (tables) => writeBatch(tables, epoch, batch));
    }
    quarantine(epoch, event, reason) {
        return this.#transaction('quarantine', (tables, now) => quarantineEvent(tables, epoch, event, reason, now));
    }
    async close() {
        this.#forget();
    }
    async #transaction(exchange, work) {
        try {
            return await this.#ask(exchange, () => this.#model.transact(work));
        }
        catch (error) {
            return { kind: 'lost', detail: error instanceof Error ? error.message : String(error) };
        }
    }
    async #ask(exchange, work) {
        if (this.#connection?.alive !== true) {
            this.#forget();
            this.#connection = this.#model.connect();
        }
        const connection = this.#connection;
        try {
            return await this.#model.exchange(this.#engine, exchange, () => connection.alive, () => work(connection));
        }
        catch (error) {
            if (this.#connection === connection)
                this.#forget();
            else
                this.#model.disconnect(connection);
            throw error;
        }
    }
    #forget() {
        if (this.#connection !== undefined)
            this.#model.disconnect(this.#connection);
        this.#connection = undefined;
        this.#leads = false;
    }
}
//# sourceMappingURL=ledger-model.js.map