-- $1 the new epoch, whose events count from 1
UPDATE holdfast.ledger_position SET epoch = $1, seq = 0, at = now(), acknowledged = 0
