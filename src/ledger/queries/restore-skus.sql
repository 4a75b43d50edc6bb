-- Each SKU as the ledger has it, with what its live holds add up to.
SELECT
  s.sku, s.partition, s.state, s.total, s.available, s.held, s.sold, s.reserved, s.buyer_limit,
  s.hold_ttl_ms::double precision AS hold_ttl_ms,
  coalesce(extract(epoch FROM s.opens_at) * 1000, 0)::double precision AS opens_at,
  coalesce(extract(epoch FROM s.closes_at) * 1000, 0)::double precision AS closes_at,
  coalesce(h.units, 0)::integer AS live_units
FROM holdfast.skus AS s
LEFT JOIN (SELECT sku, sum(quantity) AS units FROM holdfast.holds WHERE state = 'held' GROUP BY sku) AS h USING (sku)
ORDER BY s.partition, s.sku
