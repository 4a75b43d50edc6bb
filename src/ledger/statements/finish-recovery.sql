-- Engines may start again. Nothing happens when another attempt has begun since. What earlier epochs lost is in the report, and
-- concerns nobody any more. $1 recovery, $2 its epoch, $3 report
WITH finished AS (
  UPDATE holdfast.recoveries SET finished_at = now(), report = $3
  WHERE recovery = $1 AND epoch = $2 AND finished_at IS NULL
  RETURNING epoch
), forgotten AS (
  DELETE FROM holdfast.lost_events AS l USING finished WHERE l.epoch < finished.epoch
)
UPDATE holdfast.epochs AS e SET stock_ready_at = now() FROM finished WHERE e.epoch = finished.epoch
