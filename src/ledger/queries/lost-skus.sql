-- SKUs that engines had seen and the ledger has not. $1 epoch, $2 most rows
SELECT w.sku, w.total, w.claimed
FROM holdfast.witnessed_skus AS w
WHERE w.epoch = $1 AND NOT EXISTS (SELECT FROM holdfast.skus AS s WHERE s.sku = w.sku)
ORDER BY w.sku
LIMIT $2
