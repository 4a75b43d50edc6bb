-- Holds made in the batch, in the state the batch leaves them. `event` counts the batch's events from 1; `ended_by` is 0,
-- and with it the subscripts below are NULL, for those still held. A key used again after its retention is a new hold with
-- the same id: it takes the place of the one that ended (which `history` keeps), never of one that is held, unless what
-- ended that may be in quarantine; the writer checks that every hold found its place.
-- $1 epoch, $2 partitions, $3 seqs, $4 times (ms) of the events; then one array for each value of a hold.
INSERT INTO holdfast.holds AS h (
  hold_id, sku, partition, state, quantity, created_epoch, created_seq, ended_seq,
  created_at, expires_at, ended_at, buyer_id, payment_ref
)
SELECT
  n.hold_id, n.sku, ($2::smallint[])[n.event], ('{held,confirmed,released,expired}'::holdfast.hold_state[])[n.state + 1],
  n.quantity, $1::integer, ($3::bigint[])[n.event], ($3::bigint[])[n.ended_by],
  to_timestamp(($4::bigint[])[n.event]::double precision / 1000),
  to_timestamp(n.expires_at::double precision / 1000),
  to_timestamp(($4::bigint[])[n.ended_by]::double precision / 1000),
  n.buyer_id, nullif(n.payment_ref, '')
FROM unnest(
  $5::text[], $6::integer[], $7::text[], $8::text[], $9::integer[], $10::bigint[], $11::smallint[], $12::integer[], $13::text[]
) AS n (hold_id, event, sku, buyer_id, quantity, expires_at, state, ended_by, payment_ref)
ON CONFLICT (hold_id) DO UPDATE SET
  sku = excluded.sku, partition = excluded.partition, state = excluded.state, quantity = excluded.quantity,
  created_epoch = excluded.created_epoch, created_seq = excluded.created_seq, ended_seq = excluded.ended_seq,
  created_at = excluded.created_at, expires_at = excluded.expires_at, ended_at = excluded.ended_at,
  buyer_id = excluded.buyer_id, payment_ref = excluded.payment_ref
WHERE h.state <> 'held' OR EXISTS (
  SELECT FROM holdfast.quarantine AS q
  WHERE q.partition = h.partition AND (q.epoch, q.seq) > (h.created_epoch, h.created_seq)
)
