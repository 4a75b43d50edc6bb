-- One row: what is fixed for the life of a deployment.
CREATE TABLE holdfast.deployment (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 4096),
  -- NULL where the deployment brings its own (HOLD_ID_SECRET); its digest is kept in any case, because
  -- another secret gives the same request another hold id.
  hold_id_secret text,
  hold_id_secret_digest text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- A life of the stock store each; the newest one is the one that may write.
CREATE TABLE holdfast.epochs (
  epoch integer PRIMARY KEY CHECK (epoch > 0),
  minted_at timestamptz(3) NOT NULL DEFAULT now(),
  -- When every partition was first made in the stock store. From then on an empty one has lost something.
  stock_ready_at timestamptz(3),
  reason text NOT NULL
);

-- How far the ledger has each partition. The writer moves it by compare-and-set: that is the fence.
CREATE TABLE holdfast.ledger_position (
  partition smallint PRIMARY KEY,
  epoch integer NOT NULL REFERENCES holdfast.epochs,
  seq bigint NOT NULL CHECK (seq >= 0),
  at timestamptz(3) NOT NULL
) WITH (fillfactor = 50);
