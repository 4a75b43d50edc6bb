-- Holds of earlier batches that ended in this one. Must touch every one of them exactly once; the writer checks.
-- $1 seqs, $2 times (ms) of the events; then one array for each value.
UPDATE holdfast.holds AS h
SET
  state = ('{held,confirmed,released,expired}'::holdfast.hold_state[])[n.state + 1],
  ended_seq = ($1::bigint[])[n.ended_by],
  ended_at = to_timestamp(($2::bigint[])[n.ended_by]::double precision / 1000),
  payment_ref = nullif(n.payment_ref, '')
FROM unnest($3::text[], $4::smallint[], $5::integer[], $6::text[]) AS n (hold_id, state, ended_by, payment_ref)
WHERE h.hold_id = n.hold_id AND h.state = 'held'
