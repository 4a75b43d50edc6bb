-- $1 why the stock store begins a new life
-- The first one is random, for every script call names it: a stock store of another deployment refuses to be sold from.
INSERT INTO holdfast.epochs (epoch, reason)
SELECT coalesce(max(epoch), floor(random() * 1000000000)::integer) + 1, $1 FROM holdfast.epochs
RETURNING epoch
