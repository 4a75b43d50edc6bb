SELECT partition, epoch, seq, (extract(epoch FROM at) * 1000)::bigint AS at, acknowledged
FROM holdfast.ledger_position
ORDER BY partition
