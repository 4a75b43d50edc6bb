import { InvalidCursor, LedgerUnavailable, } from '../domain/ports.js';
import { sql } from './sql.js';
const FIND_HOLD = { name: 'find-hold', text: sql('queries/find-hold.sql') };
const NOTE_UNCERTAIN_HOLD = {
    name: 'note-uncertain-hold',
    text: sql('statements/note-uncertain-hold.sql'),
};
const LIST_HOLDS = { name: 'list-holds', text: sql('queries/list-holds.sql') };
/** Genuine ids are few; this only keeps a table from growing without end. */
const UNCERTAIN_HOLDS_MAX = 100_000;
/** Questions to the ledger. Every call rejects with `LedgerUnavailable` when Postgres cannot answer. */
export class PostgresLedgerQueries {
    #pool;
    #auditor;
    #wasRecovered;
    /** `wasRecovered`: whether holds may have been lost in the life of this deployment. */
    constructor(pool, auditor, wasRecovered) {
        this.#pool = pool;
        this.#auditor = auditor;
        this.#wasRecovered = wasRecovered;
    }
    async findHold(holdId) {
        const rows = await ask(this.#pool, { ...FIND_HOLD, values: [holdId] });
        return rows[0] === undefined ? undefined : holdOf(rows[0]);
    }
    async noteUncertainHold(holdId, asked, paymentRef) {
        if (!this.#wasRecovered)
            return false;
        await ask(this.#pool, {
            ...NOTE_UNCERTAIN_HOLD,
            values: [holdId, asked, paymentRef ?? null, UNCERTAIN_HOLDS_MAX],
        });
        return true;
    }
    /** Rejects with `InvalidCursor` when `after` is no `next` of an earlier page. */
    async listHolds(query) {
        const { sku, partition, state, buyerId, limit } = query;
        const after = parseCursor(query.after);
        // One more than asked tells whether there is a next page.
        const values = [sku, partition, state ?? null, buyerId ?? null, after.createdAt, after.holdId, limit + 1];
        const rows = await ask(this.#pool, { ...LIST_HOLDS, values });
        const seq = Number(rows[0]?.seq ?? 0);
        // Without a hold the position stands alone in one row.
        const found = rows.filter(({ hold_id }) => hold_id !== null);
        const items = found.slice(0, limit);
        const last = items.at(-1);
        const next = found.length > limit && last !== undefined ? cursorOf(last) : null;
        return { items: items.map(holdOf), next, seq };
    }
    audit(sku) {
        return this.#auditor.auditSku(sku);
    }
    auditPartition(partition) {
        return this.#auditor.auditPartition(partition);
    }
    repair(sku, actor) {
        return this.#auditor.repairSku(sku, actor);
    }
}
/** Runs one statement; every failure is `LedgerUnavailable`, with its reason as `cause`. */
export async function ask(pool, query) {
    try {
        return (await pool.query({ ...query, values: [...query.values] })).rows;
    }
    catch (error) {
        const reason = error instanceof Error ? error.message || error.name : String(error);
        throw new LedgerUnavailable(`Postgres did not answer: ${reason}`, { cause: error });
    }
}
function holdOf(row) {
    const facts = {
        holdId: row.hold_id,
        sku: row.sku,
        buyerId: row.buyer_id,
        quantity: row.quantity,
        expiresAt: Math.round(Number(row.expires_at)),
    };
    const endedAt = Math.round(Number(row.ended_at));
    switch (row.state) {
        case 'held':
            return { ...facts, state: 'held' };
        case 'confirmed':
            return { ...facts, state: 'confirmed', endedAt, paymentRef: row.payment_ref ?? '' };
        case 'released':
        case 'expired':
            return { ...facts, state: row.state, endedAt };
    }
}
function cursorOf(row) {
    return `${Math.round(Number(row.created_at))}.${row.hold_id}`;
}
const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/;
function parseCursor(text) {
    if (text === '')
        return { createdAt: 0, holdId: '' };
    const parts = CURSOR.exec(text);
    if (parts === null)
        throw new InvalidCursor('`after` must be the `next` of an earlier page');
    return { createdAt: Number(parts[1]), holdId: parts[2] };
}
//# sourceMappingURL=queries.js.map