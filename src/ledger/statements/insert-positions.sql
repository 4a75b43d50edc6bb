-- $1 partitions
INSERT INTO holdfast.ledger_position (partition, epoch, seq, at)
SELECT partition, 1, 0, now() FROM generate_series(0, $1::integer - 1) AS partition
