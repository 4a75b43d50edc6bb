-- A page of the holds of a SKU, oldest first, and the seq it is true as of: one statement, so both are of one snapshot.
-- $1 sku, $2 partition, $3 state or NULL, $4 buyer or NULL, $5 and $6 time (ms) and id of the hold to go on after, $7 limit
SELECT
  p.seq, h.hold_id, h.sku, h.buyer_id, h.quantity, h.state, h.payment_ref,
  extract(epoch FROM h.expires_at) * 1000 AS expires_at, extract(epoch FROM h.ended_at) * 1000 AS ended_at,
  extract(epoch FROM h.created_at) * 1000 AS created_at
FROM holdfast.ledger_position AS p
LEFT JOIN LATERAL (
  SELECT *
  FROM holdfast.holds
  WHERE sku = $1
    AND created_at >= to_timestamp($5::double precision / 1000)
    AND (created_at, hold_id) > (to_timestamp($5::double precision / 1000), $6::text)
    AND ($3::holdfast.hold_state IS NULL OR state = $3)
    AND ($4::text IS NULL OR buyer_id = $4)
  ORDER BY created_at, hold_id
  LIMIT $7
) AS h ON true
WHERE p.partition = $2
ORDER BY h.created_at, h.hold_id
