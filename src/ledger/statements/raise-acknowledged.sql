-- $1 epoch, $2 partitions, $3 seqs an engine has seen of them
UPDATE holdfast.ledger_position AS p
SET acknowledged = n.seq
FROM unnest($2::smallint[], $3::bigint[]) AS n (partition, seq)
WHERE p.partition = n.partition AND p.epoch = $1::integer AND p.acknowledged < n.seq
