-- When the events of these places happened that the ledger has, in the present epoch. $1 partitions, $2 seqs
SELECT e.partition, e.seq, (extract(epoch FROM e.at) * 1000)::bigint AS at
FROM holdfast.ledger_position AS p
JOIN holdfast.ledger_events AS e USING (epoch, partition)
JOIN unnest($1::smallint[], $2::bigint[]) AS n (partition, seq) ON n.partition = e.partition AND n.seq = e.seq
