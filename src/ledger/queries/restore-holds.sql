-- Live holds, and those that ended not longer ago than $1 ms; of each partition in the order they are due.
SELECT
  hold_id, sku, partition, buyer_id, quantity, state, payment_ref,
  (extract(epoch FROM expires_at) * 1000)::double precision AS expires_at,
  (extract(epoch FROM ended_at) * 1000)::double precision AS ended_at
FROM holdfast.holds
WHERE state = 'held' OR ended_at > now() - $1::double precision * interval '1 millisecond'
ORDER BY partition, state <> 'held', coalesce(ended_at, expires_at), hold_id
