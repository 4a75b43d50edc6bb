-- Of the newest event of each partition, where there is one and it could be read.
SELECT e.partition, e.seq, e.digest
FROM holdfast.ledger_position AS p
JOIN holdfast.ledger_events AS e USING (epoch, partition, seq)
WHERE e.digest IS NOT NULL
