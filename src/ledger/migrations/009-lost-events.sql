-- Events that engines made and later did not find in the stock store any more. However far the store has come since, nothing may
-- be sold from it unless each of them is there, or, where it was trimmed, is what the ledger has of that seq.
CREATE TABLE holdfast.lost_events (
  epoch integer NOT NULL REFERENCES holdfast.epochs,
  partition smallint NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  at timestamptz(3) NOT NULL,
  -- Of each SKU that the call changed or looked at: its name and its counters after the call.
  skus jsonb NOT NULL,
  found_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (epoch, partition, seq, at)
);
