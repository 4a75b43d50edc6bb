import { digestOfStored } from '../events/digest.js';
import { bytesArray, numberArray } from './columns.js';
import { endedHoldColumns, holdHistoryColumns, newHoldColumns, orphanColumns, skuColumns, skuHistoryColumns, } from './parameters.js';
import { failureOf, Session } from './session.js';
import { sql } from './sql.js';
/** The statements of one transaction, in their order; `committed` stands for the moment after COMMIT was answered. */
export const STEPS = [
    'begin',
    'move-positions',
    'insert-events',
    'upsert-skus',
    'end-holds',
    'insert-holds',
    'insert-hold-history',
    'insert-sku-history',
    'commit',
    'committed',
];
/** Any number will do; it must be the same in every engine. Advisory locks are private to a database. */
export const LEADER_LOCK = 4_711_001;
const BEGIN = { text: 'BEGIN' };
const COMMIT = { text: 'COMMIT' };
const ROLLBACK = { text: 'ROLLBACK' };
const READ_DIGESTS = { name: 'read-newest-digests', text: sql('queries/read-newest-digests.sql') };
const READ_POSITIONS = { name: 'read-positions', text: sql('statements/read-positions.sql') };
const STATEMENTS = new Map([
    'move-positions',
    'insert-events',
    'upsert-skus',
    'end-holds',
    'find-orphans',
    'insert-holds',
    'insert-hold-history',
    'insert-sku-history',
    'insert-quarantined-event',
    'insert-quarantine',
].map((name) => [name, { name, text: sql(`statements/${name}.sql`) }]));
/** The ledger in Postgres, through one session that is opened when needed and given up at the first doubt. */
export class PostgresLedger {
    #options;
    #session;
    #leads = false;
    constructor(options) {
        this.#options = options;
    }
    async positions() {
        return this.#guarded(async (session) => {
            const { rows } = await session.run(READ_POSITIONS);
            return rows.map((row) => ({
                partition: Number(row.partition),
                epoch: Number(row.epoch),
                seq: Number(row.seq),
                at: Number(row.at),
            }));
        });
    }
    async newestDigests() {
        return this.#guarded(async (session) => {
            const { rows } = await session.run(READ_DIGESTS);
            return rows.map(({ partition, seq, digest }) => ({
                partition: Number(partition),
                seq: Number(seq),
                digest: digest,
            }));
        });
    }
    async tryLead() {
        return this.#guarded(async (session) => {
            // The lock counts: taken twice it would have to be given back twice.
            if (this.#leads)
                return true;
            const { rows } = await session.run({ text: `SELECT pg_try_advisory_lock(${LEADER_LOCK}) AS leads` });
            this.#leads = rows[0]?.leads === true;
            return this.#leads;
        });
    }
    write(epoch, batch) {
        return this.#transaction(async (run) => {
            if (!(await this.#movePositions(run, epoch, batch.positions)))
                return { kind: 'fenced' };
            await run('insert-events', [
                epoch,
                numberArray(batch.events.partition),
                numberArray(batch.events.seq),
                numberArray(batch.events.at),
                bytesArray(batch.events.digest),
            ]);
            if (batch.skus.size > 0)
                await run('upsert-skus', skuColumns(epoch, batch));
            return writeChanges(run, epoch, batch);
        });
    }
    quarantine(epoch, event, reason) {
        const { partition, seq, content } = event;
        const readable = content.kind === 'event';
        const at = readable ? content.event.at : Date.now();
        return this.#transaction(async (run) => {
            const move = { partition, from: seq - 1, to: seq, at };
            if (!(await this.#movePositions(run, epoch, [move])))
                return { kind: 'fenced' };
            const digest = readable ? digestOfStored(content.event) : null;
            await run('insert-quarantined-event', [epoch, partition, seq, at, digest]);
            // The message may quote the very bytes that Postgres refused.
            const detail = reason.detail.replaceAll('\0', '\\0').slice(0, 2000);
            await run('insert-quarantine', [epoch, partition, seq, reason.code, detail, event.bytes]);
            return undefined;
        });
    }
    async close() {
        const session = this.#session;
        this.#forget();
        await session?.close();
    }
    async #movePositions(run, epoch, moves) {
        const moved = await run('move-positions', [
            epoch,
            numberArray(moves.map((move) => move.partition)),
            numberArray(moves.map((move) => move.from)),
            numberArray(moves.map((move) => move.to)),
            numberArray(moves.map((move) => move.at)),
        ]);
        return moved === moves.length;
    }
    /** `work` answers a result to roll back with, or nothing to commit. */
    async #transaction(work) {
        let session;
        try {
            session = await this.#open();
            const current = session;
            const run = async (step, values) => {
                await this.#options.beforeStatement?.(step);
                return (await current.run(STATEMENTS.get(step), values)).rowCount ?? 0;
            };
            await this.#options.beforeStatement?.('begin');
            await current.run(BEGIN);
            const ending = await work(run);
            if (ending !== undefined) {
                await current.run(ROLLBACK);
                return ending;
            }
            await this.#options.beforeStatement?.('commit');
            const { command } = await current.run(COMMIT);
            // Postgres answers COMMIT of a failed transaction with ROLLBACK and without an error.
            if (command !== 'COMMIT')
                return { kind: 'lost', detail: `COMMIT was answered with ${command}` };
            await this.#options.beforeStatement?.('committed');
            return { kind: 'written' };
        }
        catch (error) {
            return this.#failed(session, error);
        }
    }
    async #failed(session, error) {
        const failure = failureOf(error);
        if (failure.kind === 'refused' && session?.alive) {
            try {
                await session.run(ROLLBACK);
                return failure;
            }
            catch (rollbackError) {
                this.#forget();
                return { kind: 'lost', detail: failureOf(rollbackError).detail };
            }
        }
        this.#forget();
        return { kind: 'lost', detail: failure.detail };
    }
    async #guarded(work) {
        const session = await this.#open();
        try {
            return await work(session);
        }
        catch (error) {
            this.#forget();
            throw error;
        }
    }
    async #open() {
        if (this.#session?.alive)
            return this.#session;
        this.#forget();
        this.#session = await Session.open(this.#options);
        return this.#session;
    }
    /** Gives the session up; its advisory lock goes with it. */
    #forget() {
        this.#session?.destroy();
        this.#session = undefined;
        this.#leads = false;
    }
}
async function writeChanges(run, epoch, batch) {
    const partitions = numberArray(batch.events.partition);
    const seqs = numberArray(batch.events.seq);
    const times = numberArray(batch.events.at);
    const { newHolds, endedHolds } = batch;
    // Ends first: a hold made in an earlier batch may end here and its key be used again.
    if (endedHolds.holdId.length > 0) {
        const ended = await run('end-holds', [seqs, times, ...endedHoldColumns(endedHolds)]);
        const missing = endedHolds.holdId.length - ended;
        if (missing > 0 && missing !== (await run('find-orphans', [partitions, ...orphanColumns(endedHolds)]))) {
            const detail = `${ended} of ${endedHolds.holdId.length} ended holds were held in the ledger`;
            return { kind: 'refused', code: 'hold_not_held', detail };
        }
    }
    if (newHolds.holdId.length > 0) {
        const made = await run('insert-holds', [epoch, partitions, seqs, times, ...newHoldColumns(newHolds)]);
        if (made !== newHolds.holdId.length) {
            const detail = `${newHolds.holdId.length - made} of ${newHolds.holdId.length} new holds are held in the ledger already`;
            return { kind: 'refused', code: 'hold_exists', detail };
        }
    }
    if (batch.holdHistory.event.length > 0) {
        await run('insert-hold-history', [
            epoch,
            partitions,
            seqs,
            times,
            ...holdHistoryColumns(batch.holdHistory),
        ]);
    }
    if (batch.skuHistory.length > 0) {
        await run('insert-sku-history', [epoch, partitions, seqs, times, ...skuHistoryColumns(batch.skuHistory)]);
    }
    return undefined;
}
//# sourceMappingURL=transactions.js.map