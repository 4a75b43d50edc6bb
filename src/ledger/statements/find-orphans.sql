-- Ended holds that the ledger never had, of partitions with an event in quarantine: it is the one that made them, or their
-- end would be refused, and with it everything else of the event that ended them.
-- $1 partitions of the events; then one array for each value of an end.
SELECT n.hold_id
FROM unnest($2::text[], $3::integer[]) AS n (hold_id, ended_by)
WHERE EXISTS (SELECT FROM holdfast.quarantine AS q WHERE q.partition = ($1::smallint[])[n.ended_by])
  AND NOT EXISTS (SELECT FROM holdfast.holds AS h WHERE h.hold_id = n.hold_id)
