import { sql } from './sql.js';
const LISTED_MAX = 100_000;
/** In the order they were first asked for. */
export async function listUncertainHolds(pool) {
    const { rows } = await pool.query(sql('queries/list-uncertain-holds.sql'), [LISTED_MAX]);
    return rows.map((row) => ({
        holdId: row.hold_id,
        firstAskedAt: new Date(Number(row.first_asked_at)).toISOString(),
        asked: row.asked,
        paymentRef: row.payment_ref,
        heldAgain: row.known,
    }));
}
//# sourceMappingURL=uncertain-holds.js.map