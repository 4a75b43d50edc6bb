import { HOLD_STATES } from '../domain/hold.js';
import { withClient } from './deployment.js';
import { sql } from './sql.js';
const FETCH_ROWS = 2000;
/**
 * Everything the stock store has to know, read from the ledger: kind by kind, and of each kind partition by partition.
 * `retentionMs`: how long ended holds and adjustments answer replays. Memory is bounded: rows come through cursors.
 */
export async function eachLedgerItem(pool, retentionMs, take) {
    await withClient(pool, async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        await eachRow(client, 'restore-skus', [], (row) => take({
            kind: 'sku',
            partition: row.partition,
            item: { view: viewOf(row), liveUnits: row.live_units },
        }));
        await eachRow(client, 'restore-definitions', [], (row) => take({ kind: 'definition', partition: row.partition, item: { ...rulesOf(row), ...definitionOf(row) } }));
        await eachRow(client, 'restore-holds', [retentionMs], (row) => {
            const hold = holdOf(row);
            const forgottenAt = hold.state === 'held' ? 0 : hold.endedAt + retentionMs;
            return take({ kind: 'hold', partition: row.partition, item: { hold, forgottenAt } });
        });
        await eachRow(client, 'restore-buyers', [], (row) => {
            const item = { sku: row.sku, buyerId: row.buyer_id, units: row.units, holdIds: row.hold_ids };
            return take({ kind: 'buyer', partition: row.partition, item });
        });
        await eachRow(client, 'restore-adjustments', [retentionMs], (row) => {
            const { adjustment_id: adjustmentId, sku, units: delta, reason, at } = row;
            const item = { adjustmentId, sku, delta, reason, forgottenAt: Math.round(at) + retentionMs };
            return take({ kind: 'adjustment', partition: row.partition, item });
        });
        await client.query('COMMIT');
    });
}
async function eachRow(client, query, values, take) {
    await client.query(`DECLARE page NO SCROLL CURSOR FOR ${sql(`queries/${query}.sql`)}`, [...values]);
    for (;;) {
        const { rows } = await client.query(`FETCH ${FETCH_ROWS} FROM page`);
        for (const row of rows)
            await take(row);
        if (rows.length < FETCH_ROWS)
            break;
    }
    await client.query('CLOSE page');
}
function rulesOf(row) {
    return {
        sku: row.sku,
        buyerLimit: row.buyer_limit,
        holdTtlMs: row.hold_ttl_ms,
        opensAt: Math.round(row.opens_at),
        closesAt: Math.round(row.closes_at),
    };
}
function definitionOf({ total, reserved }) {
    return { total, reserved };
}
function viewOf(row) {
    const { state, total, available, held, sold, reserved } = row;
    return { ...rulesOf(row), state, total, available, held, sold, reserved };
}
function holdOf(row) {
    const { hold_id: holdId, sku, buyer_id: buyerId, quantity, state } = row;
    const facts = { holdId, sku, buyerId, quantity, expiresAt: Math.round(row.expires_at) };
    const endedAt = Math.round(row.ended_at ?? 0);
    if (state === 'held')
        return { ...facts, state };
    if (state === 'confirmed')
        return { ...facts, state, endedAt, paymentRef: row.payment_ref ?? '' };
    if (HOLD_STATES.includes(state))
        return { ...facts, state, endedAt };
    throw new TypeError(`hold ${holdId} is ${String(state)} in the ledger`);
}
//# sourceMappingURL=restore-source.js.map