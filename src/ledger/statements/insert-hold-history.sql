-- Changes of holds. `kind` counts as the stored events do: held, confirmed, released, expired.
-- $1 epoch, $2 partitions, $3 seqs, $4 times (ms) of the events; then one array for each value of a change.
INSERT INTO holdfast.history (
  seq, epoch, partition, ordinal, at, kind, cause, units, sku, hold_id,
  from_state, to_state, request_id, key_id, client_address, detail
)
SELECT
  ($3::bigint[])[n.event], $1::integer, ($2::smallint[])[n.event], n.ordinal,
  to_timestamp(($4::bigint[])[n.event]::double precision / 1000),
  ('{held,confirmed,released,expired}'::holdfast.change_kind[])[n.kind + 1],
  ('{hold,confirm,release,expiry}'::holdfast.change_cause[])[n.kind + 1],
  n.units, n.sku, n.hold_id,
  CASE WHEN n.kind > 0 THEN 'held' END,
  CASE n.kind WHEN 0 THEN 'held' WHEN 1 THEN 'confirmed' WHEN 2 THEN 'released' ELSE 'expired' END,
  n.request_id, n.key_id, n.client_address, nullif(n.detail, '')
FROM unnest(
  $5::integer[], $6::smallint[], $7::smallint[], $8::integer[], $9::text[], $10::text[],
  $11::text[], $12::text[], $13::text[], $14::text[]
) AS n (event, ordinal, kind, units, sku, hold_id, request_id, key_id, client_address, detail)
