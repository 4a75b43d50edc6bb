-- Changes of SKUs themselves: few, so every value comes ready from the writer.
-- $1 epoch, $2 partitions, $3 seqs, $4 times (ms) of the events; then one array for each value of a change.
INSERT INTO holdfast.history (
  seq, epoch, partition, ordinal, at, kind, cause, units, sku, from_state, to_state,
  request_id, key_id, client_address, detail, total, reserved, adjustment_id
)
SELECT
  ($3::bigint[])[n.event], $1::integer, ($2::smallint[])[n.event], n.ordinal,
  to_timestamp(($4::bigint[])[n.event]::double precision / 1000),
  n.kind::holdfast.change_kind, n.cause::holdfast.change_cause, n.units, n.sku, n.from_state, n.to_state,
  n.request_id, n.key_id, n.client_address, nullif(n.detail, ''), n.total, n.reserved,
  nullif(n.adjustment_id, '')
FROM unnest(
  $5::integer[], $6::smallint[], $7::text[], $8::text[], $9::integer[], $10::text[], $11::text[], $12::text[],
  $13::text[], $14::text[], $15::text[], $16::text[], $17::integer[], $18::integer[], $19::text[]
) AS n (
  event, ordinal, kind, cause, units, sku, from_state, to_state,
  request_id, key_id, client_address, detail, total, reserved, adjustment_id
)
