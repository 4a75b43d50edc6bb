-- $1 epoch
SELECT EXISTS (SELECT FROM holdfast.epochs WHERE epoch > $1 AND stock_ready_at IS NOT NULL) AS superseded
