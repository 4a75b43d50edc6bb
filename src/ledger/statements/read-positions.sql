SELECT partition, epoch, seq, (extract(epoch FROM at) * 1000)::bigint AS at
FROM holdfast.ledger_position
ORDER BY partition
