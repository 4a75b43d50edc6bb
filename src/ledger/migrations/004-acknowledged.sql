-- The newest event that an engine had seen when it found the stock store behind it. The ledger may not have come that far:
-- without this a restart would forget that anything is missing.
ALTER TABLE holdfast.ledger_position ADD COLUMN acknowledged bigint NOT NULL DEFAULT 0;
