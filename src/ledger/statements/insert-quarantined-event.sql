-- $1 epoch, $2 partition, $3 seq, $4 time (ms), $5 digest or NULL
INSERT INTO holdfast.ledger_events (epoch, partition, seq, at, digest, quarantined)
VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000), $5, true)
