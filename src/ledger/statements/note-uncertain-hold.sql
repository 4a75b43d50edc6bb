-- $1 hold id, $2 what was asked, $3 payment reference or NULL, $4 most rows
INSERT INTO holdfast.uncertain_holds AS u (hold_id, asked, payment_ref)
SELECT $1::text, $2::text, $3::text
WHERE (SELECT count(*) FROM (SELECT FROM holdfast.uncertain_holds LIMIT $4::bigint) AS kept) < $4::bigint
ON CONFLICT (hold_id) DO UPDATE SET asked = excluded.asked, payment_ref = excluded.payment_ref
WHERE u.payment_ref IS NULL AND excluded.payment_ref IS NOT NULL
