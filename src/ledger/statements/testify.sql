-- $1 engine
UPDATE holdfast.engines SET testified_at = now() WHERE engine = $1
