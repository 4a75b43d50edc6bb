-- $1 engine
UPDATE holdfast.engines SET alive_at = now() WHERE engine = $1
