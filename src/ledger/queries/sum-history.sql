-- What the history of each SKU adds up to, up to and including one event of its partition; SKUs without any are left out.
-- $1 SKUs, $2 epoch, $3 seq, $4 whether to begin at the checkpoints of earlier audits
SELECT
  s.sku,
  coalesce(c.total, 0) + h.total AS total,
  coalesce(c.held, 0) + h.held AS held,
  coalesce(c.sold, 0) + h.sold AS sold,
  coalesce(h.reserved, c.reserved, 0) AS reserved
FROM unnest($1::text[]) AS s (sku)
LEFT JOIN holdfast.audit_checkpoints AS c
  ON $4::boolean AND c.sku = s.sku AND (c.epoch, c.seq) <= ($2::integer, $3::bigint)
CROSS JOIN LATERAL (
  SELECT
    count(*) AS rows,
    coalesce(sum(total) FILTER (WHERE kind = 'defined'), 0) + coalesce(sum(units) FILTER (WHERE kind = 'adjusted'), 0) AS total,
    coalesce(sum(units) FILTER (WHERE kind = 'held'), 0)
      - coalesce(sum(units) FILTER (WHERE kind IN ('confirmed', 'released', 'expired')), 0) AS held,
    coalesce(sum(units) FILTER (WHERE kind = 'confirmed'), 0) AS sold,
    -- The newest one: arrays compare by their first elements first. Only from changes that were to change it: every change of
    -- a SKU says what it is, and would pass off a damaged one as meant.
    (max(ARRAY[epoch, seq, ordinal, reserved]::bigint[]) FILTER (
      WHERE kind = 'defined' OR (kind IN ('patched', 'repaired') AND detail LIKE '%"reserved":%')
    ))[4] AS reserved
  FROM holdfast.history
  WHERE sku = s.sku
    AND (epoch, seq) > (coalesce(c.epoch, 0), coalesce(c.seq, 0))
    AND (epoch, seq) <= ($2::integer, $3::bigint)
) AS h
WHERE c.sku IS NOT NULL OR h.rows > 0
