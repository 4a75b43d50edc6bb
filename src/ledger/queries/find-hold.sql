-- $1 hold id
SELECT
  hold_id, sku, buyer_id, quantity, state, payment_ref,
  extract(epoch FROM expires_at) * 1000 AS expires_at, extract(epoch FROM ended_at) * 1000 AS ended_at
FROM holdfast.holds
WHERE hold_id = $1
