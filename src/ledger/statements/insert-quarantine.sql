-- $1 epoch, $2 partition, $3 seq, $4 error code, $5 error, $6 the event's bytes
INSERT INTO holdfast.quarantine (epoch, partition, seq, error_code, error, event)
VALUES ($1, $2, $3, $4, $5, $6)
