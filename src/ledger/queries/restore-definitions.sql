-- What each SKU was defined as: as it is now, but for rules patched since, which are what the first patch found.
WITH patched AS (
  SELECT DISTINCT ON (h.sku, rule.key) h.sku, rule.key, (rule.value ->> 0)::double precision AS original
  FROM holdfast.history AS h CROSS JOIN LATERAL jsonb_each(h.detail::jsonb) AS rule
  WHERE h.kind = 'patched'
  ORDER BY h.sku, rule.key, h.epoch, h.seq, h.ordinal
),
originals AS (
  SELECT
    sku,
    max(original) FILTER (WHERE key = 'buyerLimit') AS buyer_limit,
    max(original) FILTER (WHERE key = 'holdTtlMs') AS hold_ttl_ms,
    max(original) FILTER (WHERE key = 'opensAt') AS opens_at,
    max(original) FILTER (WHERE key = 'closesAt') AS closes_at
  FROM patched
  GROUP BY sku
)
SELECT
  s.sku, s.partition, d.total, d.reserved,
  coalesce(o.buyer_limit, s.buyer_limit)::double precision AS buyer_limit,
  coalesce(o.hold_ttl_ms, s.hold_ttl_ms)::double precision AS hold_ttl_ms,
  coalesce(o.opens_at, extract(epoch FROM s.opens_at) * 1000, 0)::double precision AS opens_at,
  coalesce(o.closes_at, extract(epoch FROM s.closes_at) * 1000, 0)::double precision AS closes_at
FROM holdfast.skus AS s
JOIN (
  SELECT DISTINCT ON (sku) sku, total, reserved
  FROM holdfast.history WHERE kind = 'defined' ORDER BY sku, epoch, seq
) AS d USING (sku)
LEFT JOIN originals AS o USING (sku)
ORDER BY s.partition, s.sku
