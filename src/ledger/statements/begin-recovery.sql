-- A recovery run again after it was killed goes on with another epoch; what was found at first stays.
-- $1 lost epoch, $2 new epoch, $3 findings
INSERT INTO holdfast.recoveries AS r (lost_epoch, epoch, findings) VALUES ($1, $2, $3)
ON CONFLICT ((finished_at IS NULL)) WHERE finished_at IS NULL DO UPDATE SET epoch = excluded.epoch
RETURNING recovery
