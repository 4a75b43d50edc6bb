SELECT
  epoch, stock_ready_at IS NOT NULL AS stock_ready, min(epoch) OVER () AS first_epoch,
  EXISTS (SELECT FROM holdfast.recoveries WHERE finished_at IS NULL) AS recovering,
  EXISTS (SELECT FROM holdfast.recoveries) AS recovered
FROM holdfast.epochs
ORDER BY epoch DESC
LIMIT 1
