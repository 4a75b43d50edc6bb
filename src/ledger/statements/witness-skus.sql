-- $1 epoch, then one array for each value of a SKU as an engine saw it last
INSERT INTO holdfast.witnessed_skus AS w (epoch, sku, available, claimed, total)
SELECT $1::integer, n.sku, n.available, n.claimed, n.total
FROM unnest($2::text[], $3::integer[], $4::integer[], $5::integer[]) AS n (sku, available, claimed, total)
ON CONFLICT (epoch, sku) DO UPDATE SET
  available = least(w.available, excluded.available), claimed = greatest(w.claimed, excluded.claimed),
  total = greatest(w.total, excluded.total)
