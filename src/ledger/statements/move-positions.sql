-- The fence: moves each partition of the batch from exactly where this writer believes it to be. One row fewer than there
-- are partitions means that somebody else wrote: the transaction must be rolled back.
-- $1 epoch, $2 partitions, $3 seqs before, $4 seqs after, $5 times after (ms)
UPDATE holdfast.ledger_position AS p
SET seq = n.seq_after, at = to_timestamp(n.at::double precision / 1000)
FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS n (partition, seq_before, seq_after, at)
WHERE p.partition = n.partition AND p.epoch = $1::integer AND p.seq = n.seq_before
