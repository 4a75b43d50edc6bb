-- $1 partition
SELECT epoch, seq FROM holdfast.ledger_position WHERE partition = $1
