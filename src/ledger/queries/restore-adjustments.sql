-- Adjustments whose key still answers: those not older than $1 ms.
SELECT
  h.adjustment_id, h.sku, h.partition, h.units, coalesce(h.detail, '') AS reason,
  (extract(epoch FROM h.at) * 1000)::double precision AS at
FROM holdfast.history AS h
WHERE h.kind = 'adjusted' AND h.adjustment_id IS NOT NULL AND h.at > now() - $1::double precision * interval '1 millisecond'
ORDER BY h.partition, h.at, h.adjustment_id
