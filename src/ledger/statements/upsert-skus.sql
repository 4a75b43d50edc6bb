-- $1 epoch, then one array for each value of a SKU as its newest event in the batch left it.
INSERT INTO holdfast.skus AS s (
  sku, partition, state, total, available, held, sold, reserved, buyer_limit, hold_ttl_ms, opens_at, closes_at,
  epoch, seq, defined_at, changed_at
)
SELECT
  n.sku, n.partition, ('{scheduled,open,paused,closed}'::holdfast.sku_state[])[n.state + 1],
  n.total, n.available, n.held, n.sold, n.reserved, n.buyer_limit, n.hold_ttl_ms,
  to_timestamp(nullif(n.opens_at, 0)::double precision / 1000),
  to_timestamp(nullif(n.closes_at, 0)::double precision / 1000),
  $1::integer, n.seq,
  to_timestamp(n.at::double precision / 1000), to_timestamp(n.at::double precision / 1000)
FROM unnest(
  $2::text[], $3::smallint[], $4::smallint[], $5::integer[], $6::integer[], $7::integer[], $8::integer[],
  $9::integer[], $10::integer[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]
) AS n (
  sku, partition, state, total, available, held, sold,
  reserved, buyer_limit, hold_ttl_ms, opens_at, closes_at, seq, at
)
ON CONFLICT (sku) DO UPDATE SET
  state = excluded.state, total = excluded.total, available = excluded.available, held = excluded.held,
  sold = excluded.sold, reserved = excluded.reserved, buyer_limit = excluded.buyer_limit,
  hold_ttl_ms = excluded.hold_ttl_ms, opens_at = excluded.opens_at, closes_at = excluded.closes_at,
  epoch = excluded.epoch, seq = excluded.seq, changed_at = excluded.changed_at
