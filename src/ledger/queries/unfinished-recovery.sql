SELECT recovery, lost_epoch, epoch, settled_at IS NOT NULL AS settled, findings, settlement, begun_at
FROM holdfast.recoveries
WHERE finished_at IS NULL
