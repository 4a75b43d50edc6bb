-- $1 partitions, $2 secret or NULL, $3 its digest
INSERT INTO holdfast.deployment (partitions, hold_id_secret, hold_id_secret_digest) VALUES ($1, $2, $3)
