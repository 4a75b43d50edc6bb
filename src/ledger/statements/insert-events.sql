-- $1 epoch, $2 partitions, $3 seqs, $4 times (ms), $5 digests
INSERT INTO holdfast.ledger_events (epoch, partition, seq, at, digest)
SELECT $1::integer, n.partition, n.seq, to_timestamp(n.at::double precision / 1000), n.digest
FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::bytea[]) AS n (partition, seq, at, digest)
