-- $1 why the stock store begins a new life
INSERT INTO holdfast.epochs (epoch, reason)
SELECT coalesce(max(epoch), 0) + 1, $1 FROM holdfast.epochs
RETURNING epoch
