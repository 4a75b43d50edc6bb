-- $1 recovery
SELECT
  r.sku, r.partition, r.state_before, r.available_before, r.withheld, r.reserved_after, r.uncovered,
  coalesce(extract(epoch FROM s.opens_at) * 1000, 0)::bigint AS opens_at
FROM holdfast.recovered_skus AS r JOIN holdfast.skus AS s USING (sku)
WHERE r.recovery = $1
ORDER BY r.partition, r.sku
