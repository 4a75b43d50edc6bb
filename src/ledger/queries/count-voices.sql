-- Who can say what an epoch had: engines that testified; that left with all they saw in the ledger; that may have acknowledged
-- something nobody else can know of (they were in touch with the stock store when the last of the others was, give or take ten
-- seconds); and those of them that were alive a moment ago and may be about to testify. $1 epoch
SELECT
  count(*) FILTER (WHERE testified_at IS NOT NULL)::integer AS testified,
  count(*) FILTER (WHERE drained_at IS NOT NULL)::integer AS drained,
  count(*) FILTER (WHERE is_silent)::integer AS silent,
  count(*) FILTER (WHERE is_silent AND alive_at > now() - interval '5 seconds')::integer AS expected
FROM (
  SELECT e.*, testified_at IS NULL AND drained_at IS NULL AND NOT EXISTS (
    SELECT FROM holdfast.engines AS y
    WHERE y.epoch = e.epoch AND (y.testified_at IS NOT NULL OR y.drained_at IS NOT NULL)
      AND y.store_seen_at > e.store_seen_at + interval '10 seconds'
  ) AS is_silent
  FROM holdfast.engines AS e
  WHERE epoch = $1
) AS voices
