SELECT epoch, stock_ready_at IS NOT NULL AS stock_ready, min(epoch) OVER () AS first_epoch
FROM holdfast.epochs
ORDER BY epoch DESC
LIMIT 1
