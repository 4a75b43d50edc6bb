-- Repeated, it changes nothing. Of one partition at most $6 are kept: each of them tells that it went back.
-- $1 epoch, then one array for each value of an event: partition, seq, time (ms), SKUs
INSERT INTO holdfast.lost_events (epoch, partition, seq, at, skus)
SELECT $1::integer, n.partition, n.seq, to_timestamp(n.at::double precision / 1000), n.skus
FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::jsonb[]) AS n (partition, seq, at, skus)
WHERE (
  SELECT count(*) FROM holdfast.lost_events AS l WHERE l.epoch = $1::integer AND l.partition = n.partition
) < $6::integer
ON CONFLICT DO NOTHING
