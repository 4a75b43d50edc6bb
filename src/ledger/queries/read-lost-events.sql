-- Of the present epoch.
SELECT l.partition, l.seq, (extract(epoch FROM l.at) * 1000)::bigint AS at, l.skus
FROM holdfast.lost_events AS l
JOIN holdfast.ledger_position AS p USING (epoch, partition)
ORDER BY l.partition, l.seq, l.at
