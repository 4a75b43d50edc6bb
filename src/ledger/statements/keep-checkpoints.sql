-- $1 epoch, $2 seq, then one array for each value of a SKU.
INSERT INTO holdfast.audit_checkpoints AS c (epoch, seq, sku, total, held, sold, reserved)
SELECT $1::integer, $2::bigint, n.sku, n.total, n.held, n.sold, n.reserved
FROM unnest($3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[]) AS n (sku, total, held, sold, reserved)
ON CONFLICT (sku) DO UPDATE SET
  epoch = excluded.epoch, seq = excluded.seq,
  total = excluded.total, held = excluded.held, sold = excluded.sold, reserved = excluded.reserved
WHERE (c.epoch, c.seq) < (excluded.epoch, excluded.seq)
