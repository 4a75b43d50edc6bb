-- $1 engine, $2 whether it is in touch with the stock store
UPDATE holdfast.engines
SET alive_at = now(), store_seen_at = CASE WHEN $2::boolean THEN now() ELSE store_seen_at END
WHERE engine = $1
