-- $1 partition, $2 epoch, $3 seq
SELECT count(*)::integer AS events
FROM holdfast.quarantine
WHERE partition = $1 AND (epoch, seq) <= ($2::integer, $3::bigint)
