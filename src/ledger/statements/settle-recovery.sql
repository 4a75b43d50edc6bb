-- Only the newest attempt, and only once. $1 recovery, $2 its epoch, $3 settlement
UPDATE holdfast.recoveries SET settled_at = now(), settlement = $3
WHERE recovery = $1 AND epoch = $2 AND settled_at IS NULL
