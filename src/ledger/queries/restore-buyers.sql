-- What each buyer holds or bought of each SKU, and their newest 16 live holds, newest last.
SELECT sku, buyer_id, partition, sum(units)::double precision AS units, coalesce(max(hold_ids), '{}') AS hold_ids
FROM (
  SELECT
    sku, buyer_id, min(partition) AS partition, sum(quantity) AS units,
    ARRAY(
      SELECT id FROM unnest(
        (array_agg(hold_id ORDER BY created_at DESC, created_epoch DESC, created_seq DESC) FILTER (WHERE state = 'held'))[1:16]
      ) WITH ORDINALITY AS n (id, place) ORDER BY place DESC
    ) AS hold_ids
  FROM holdfast.holds
  WHERE state IN ('held', 'confirmed')
  GROUP BY sku, buyer_id
  UNION ALL
  SELECT sku, buyer_id, partition, units, NULL FROM holdfast.earlier_purchases
) AS claims
GROUP BY sku, buyer_id, partition
ORDER BY partition, sku, buyer_id
