-- `known`: the buyer asked again with the same key and has it now. $1 most rows
SELECT
  u.hold_id, (extract(epoch FROM u.first_asked_at) * 1000)::bigint AS first_asked_at, u.asked, u.payment_ref, h.state AS known
FROM holdfast.uncertain_holds AS u
LEFT JOIN holdfast.holds AS h USING (hold_id)
ORDER BY u.first_asked_at, u.hold_id
LIMIT $1
