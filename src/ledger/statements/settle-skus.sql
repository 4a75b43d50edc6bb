-- Decides how many units of each SKU are withheld. Those uncertain are at most all that the ledger believes available; where
-- engines say what they saw: what it believes available and they did not see, or what they saw held or sold and it does not know.
-- $1 recovery, $2 lost epoch, $3 partitions that lost events, $4 whether what engines say counts
INSERT INTO holdfast.recovered_skus (
  recovery, sku, partition, state_before, available_before, withheld, reserved_after, uncovered
)
SELECT
  $1::integer, s.sku, s.partition, s.state, s.available, least(s.available, u.units),
  s.reserved + least(s.available, u.units), u.units - least(s.available, u.units)
FROM holdfast.skus AS s
LEFT JOIN holdfast.witnessed_skus AS w ON $4::boolean AND w.epoch = $2::integer AND w.sku = s.sku
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN s.partition <> ALL ($3::smallint[]) THEN 0
    WHEN w.sku IS NULL THEN s.available
    ELSE greatest(0, s.available - w.available, w.claimed - s.held - s.sold)
  END AS units
) AS u
