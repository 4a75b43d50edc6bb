/** Prepared statements of `TransactionStock`: named, so that each connection parses and plans each once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export const RULES_OF: Statement = {
  name: 'rules_of',
  text: `SELECT buyer_limit, (extract(epoch FROM hold_ttl) * 1000)::integer AS hold_ttl_ms FROM skus WHERE sku = $1`,
};

/** The hold with its idempotency, and the event: no row when there was one of this id. Id, SKU, buyer, quantity, TTL in ms, units. */
export const INSERT_HOLD: Statement = {
  name: 'insert_hold',
  text: `WITH hold AS (
      INSERT INTO holds (hold_id, sku, buyer_id, quantity, expires_at, units)
      VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond', $6)
      ON CONFLICT (hold_id) DO NOTHING
      RETURNING *
    ), event AS (
      INSERT INTO events (kind, hold_id, sku, buyer_id, quantity, at)
      SELECT 'held', hold_id, sku, buyer_id, quantity, clock_timestamp() FROM hold
    )
    SELECT milliseconds(expires_at) AS expires_at FROM hold`,
};

/** No row when it would be more than the limit. SKU, buyer, quantity, id, limit. */
export const COUNT_FOR_BUYER: Statement = {
  name: 'count_for_buyer',
  text: `INSERT INTO buyers AS b (sku, buyer_id, units, hold_ids)
    SELECT $1::text, $2::text, $3::integer, ARRAY[$4::text] WHERE $5::integer = 0 OR $3::integer <= $5::integer
    ON CONFLICT (sku, buyer_id) DO UPDATE SET units = b.units + $3, hold_ids = b.hold_ids || $4::text
      WHERE $5 = 0 OR b.units + $3 <= $5
    RETURNING units`,
};

/** No row when there is less. SKU, quantity. */
export const TAKE_FROM_COUNTER: Statement = {
  name: 'take_from_counter',
  text: `UPDATE skus SET available = available - $2 WHERE sku = $1 AND available >= $2 RETURNING available`,
};

/** Free units behind the last one found, locked and marked in one. `ARRAY`: looked for once, before the update. SKU, quantity, unit, id. */
export const TAKE_UNITS: Statement = {
  name: 'take_units',
  text: `UPDATE units SET hold_id = $4 WHERE sku = $1 AND unit = ANY (ARRAY(
      SELECT unit FROM units WHERE sku = $1 AND hold_id IS NULL AND unit > $3
      ORDER BY unit LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING unit`,
};

const LOOK = `SELECT hold.buyer_id, hold.quantity, milliseconds(hold.expires_at) AS expires_at,
    coalesce(milliseconds(hold.ended_at), 0) AS ended_at, stock.available
  FROM stock_now AS stock LEFT JOIN holds AS hold ON hold.hold_id = $1`;

/** The hold of this id, if any, and how much is on sale (at most as much as was asked for, where units are rows). Id, SKU, quantity. */
export const LOOK_AT: Readonly<Record<'counter' | 'units', Statement>> = {
  counter: {
    name: 'look_at_counter',
    text: `WITH stock_now AS (SELECT available FROM skus WHERE sku = $2 AND $3::integer > 0) ${LOOK}`,
  },
  units: {
    name: 'look_at_units',
    text: `WITH stock_now AS (
        SELECT count(*)::integer AS available
        FROM (SELECT FROM units WHERE sku = $2 AND hold_id IS NULL LIMIT $3) AS free
      ) ${LOOK}`,
  },
};

/** What a buyer has. SKU, buyer. */
export const BUYER: Statement = {
  name: 'buyer',
  text: `SELECT units, hold_ids FROM buyers WHERE sku = $1 AND buyer_id = $2`,
};
