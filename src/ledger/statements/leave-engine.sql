-- $1 engine
UPDATE holdfast.engines SET drained_at = now() WHERE engine = $1
