-- What the history of each SKU adds up to, up to and including one event of its partition.
-- $1 SKUs, $2 epoch, $3 seq
SELECT
  sku,
  coalesce(sum(total) FILTER (WHERE kind = 'defined'), 0) + coalesce(sum(units) FILTER (WHERE kind = 'adjusted'), 0) AS total,
  coalesce(sum(units) FILTER (WHERE kind = 'held'), 0)
    - coalesce(sum(units) FILTER (WHERE kind IN ('confirmed', 'released', 'expired')), 0) AS held,
  coalesce(sum(units) FILTER (WHERE kind = 'confirmed'), 0) AS sold,
  -- The newest one: arrays compare by their first elements first.
  coalesce(
    (max(ARRAY[epoch, seq, ordinal, reserved]::bigint[]) FILTER (WHERE reserved IS NOT NULL))[4], 0
  ) AS reserved
FROM holdfast.history
WHERE sku = ANY ($1::text[]) AND (epoch, seq) <= ($2::integer, $3::bigint)
GROUP BY sku
