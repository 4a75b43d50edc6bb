-- An engine that found the stock store whole has seen all that any engine before it acknowledged: those gone for long are forgotten.
-- $1 engine, $2 epoch
WITH forgotten AS (
  DELETE FROM holdfast.engines WHERE epoch <> $2::integer OR alive_at < now() - interval '1 hour'
)
INSERT INTO holdfast.engines (engine, epoch) VALUES ($1, $2)
