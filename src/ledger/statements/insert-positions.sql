-- $1 partitions, $2 the first epoch
INSERT INTO holdfast.ledger_position (partition, epoch, seq, at)
SELECT partition, $2::integer, 0, now() FROM generate_series(0, $1::integer - 1) AS partition
