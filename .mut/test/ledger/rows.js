import { CHANGE_KINDS } from '../../src/domain/event.js';
import { digestOf } from '../../src/events/digest.js';
const ROWS = `
  SELECT h.*, o.buyer_id, o.expires_at
  FROM holdfast.history h LEFT JOIN holdfast.holds o USING (hold_id)
  ORDER BY h.epoch, h.partition, h.seq, h.ordinal`;
/** `partition/seq` → digest computed from the rows of `history` and `holds` alone. */
export async function digestsFromRows(pool) {
    const { rows } = await pool.query(ROWS);
    const events = new Map();
    for (const row of rows) {
        const key = `${row.partition}/${row.seq}`;
        const event = events.get(key) ?? {
            epoch: row.epoch,
            partition: row.partition,
            seq: Number(row.seq),
            at: row.at.getTime(),
            skus: [],
            changes: [],
        };
        events.set(key, event);
        let skuIndex = event.skus.findIndex(({ sku }) => sku === row.sku);
        // The digest takes no more of a view than its name.
        if (skuIndex === -1)
            skuIndex = event.skus.push({ sku: row.sku }) - 1;
        event.changes.push(changeOf(row, skuIndex));
    }
    return new Map([...events].map(([key, event]) => [key, digestOf(event).toString('hex')]));
}
export function digestsOf(events) {
    return new Map(events.map((event) => [`${event.partition}/${event.seq}`, digestOf(event).toString('hex')]));
}
/** `partition/seq` → digest the writer stored. */
export async function storedDigests(pool) {
    const { rows } = await pool.query(`SELECT partition || '/' || seq AS key, encode(digest, 'hex') AS digest FROM holdfast.ledger_events`);
    return new Map(rows.map(({ key, digest }) => [key, digest]));
}
function changeOf(row, skuIndex) {
    const actor = row.request_id === null ? row.cause : actorOf(row);
    const facts = { skuIndex, actor };
    const detail = row.detail ?? '';
    const hold = { holdId: row.hold_id ?? '', buyerId: row.buyer_id ?? '', quantity: row.units };
    const kind = CHANGE_KINDS.find((candidate) => candidate === row.kind);
    switch (kind) {
        case 'held':
            return { kind, ...facts, ...hold, expiresAt: row.expires_at?.getTime() ?? 0 };
        case 'confirmed':
        case 'released':
        case 'expired':
            return { kind, ...facts, ...hold, paymentRef: detail };
        case 'defined':
            return { kind, ...facts };
        case 'patched':
            return { kind, ...facts, detail };
        case 'opened':
        case 'paused':
        case 'closed':
            return { kind, ...facts, from: detail };
        case 'adjusted':
            return { kind, ...facts, adjustmentId: row.adjustment_id ?? '', delta: row.units, reason: detail };
        case 'repaired':
            return { kind, ...facts, delta: row.units, detail };
    }
}
function actorOf({ request_id, key_id, client_address }) {
    return key_id === null ? request_id : `${request_id}|${key_id}|${client_address}`;
}
//# sourceMappingURL=rows.js.map