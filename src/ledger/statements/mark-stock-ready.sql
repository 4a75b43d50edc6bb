-- $1 the epoch whose partitions were all made in the stock store
UPDATE holdfast.epochs SET stock_ready_at = now() WHERE epoch = $1 AND stock_ready_at IS NULL
