-- Each time the stock store was rebuilt from the ledger. One that is not finished keeps every engine from starting.
CREATE TABLE holdfast.recoveries (
  recovery integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  lost_epoch integer NOT NULL REFERENCES holdfast.epochs,
  -- Minted by the newest attempt; a recovery that was killed and is run again mints another, which fences the one before.
  epoch integer NOT NULL UNIQUE REFERENCES holdfast.epochs,
  begun_at timestamptz(3) NOT NULL DEFAULT now(),
  -- From here on the ledger is the truth: what it does not have of the lost epoch is given up.
  settled_at timestamptz(3),
  finished_at timestamptz(3),
  -- What was found before anything was changed, by partition.
  findings jsonb NOT NULL,
  -- By what the uncertain units were counted, and for each partition what the ledger had and what it lacks.
  settlement jsonb,
  report jsonb
);
CREATE UNIQUE INDEX one_unfinished_recovery ON holdfast.recoveries ((finished_at IS NULL)) WHERE finished_at IS NULL;

-- What a recovery does with each SKU, decided once: repeated, it does the same.
CREATE TABLE holdfast.recovered_skus (
  recovery integer NOT NULL REFERENCES holdfast.recoveries,
  sku text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  state_before holdfast.sku_state NOT NULL,
  available_before integer NOT NULL,
  -- Units moved from available to reserved, and what reserved is after.
  withheld integer NOT NULL CHECK (withheld >= 0),
  reserved_after integer NOT NULL,
  -- Uncertain units that the ledger's stock does not cover: stock was added, and sold, in events that are missing.
  uncovered integer NOT NULL CHECK (uncovered >= 0),
  PRIMARY KEY (recovery, sku)
);

-- Engines of the present epoch: who may have acknowledged something, and who has said what it saw.
CREATE TABLE holdfast.engines (
  engine uuid PRIMARY KEY,
  epoch integer NOT NULL REFERENCES holdfast.epochs,
  started_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Told about every second while Postgres answers and the stock store is whole.
  alive_at timestamptz(3) NOT NULL DEFAULT now(),
  -- It left with everything that was in the streams in the ledger.
  drained_at timestamptz(3),
  -- It found the stock store rolled back, and everything that it saw of it is in `witnessed_skus`.
  testified_at timestamptz(3)
);

-- Each SKU as engines that saw the store roll back had last seen it: the least that was available, the most that was held or
-- sold. Whoever acknowledges a hold has seen the counters that came with it, so the truth is among what they say.
CREATE TABLE holdfast.witnessed_skus (
  epoch integer NOT NULL REFERENCES holdfast.epochs,
  sku text COLLATE "C" NOT NULL,
  available integer NOT NULL,
  claimed integer NOT NULL,
  total integer NOT NULL,
  PRIMARY KEY (epoch, sku)
);

-- Genuine hold ids that somebody asked for after a recovery and that nobody knows: made in events that were lost.
CREATE TABLE holdfast.uncertain_holds (
  hold_id text COLLATE "C" PRIMARY KEY,
  first_asked_at timestamptz(3) NOT NULL DEFAULT now(),
  asked text NOT NULL CHECK (asked IN ('read', 'confirm', 'release')),
  -- Of the first confirm: somebody paid.
  payment_ref text
);

-- An adjustment's key, so that a repetition is known also after a recovery. NULL for events of older versions.
ALTER TABLE holdfast.history ADD COLUMN adjustment_id text COLLATE "C";
CREATE INDEX history_of_adjustments ON holdfast.history (at) WHERE kind = 'adjusted';

-- A key used again after its retention makes a new hold in the place of the old one. What was bought with that still counts
-- towards the buyer's limit, and `holds` no longer says so.
CREATE TABLE holdfast.earlier_purchases (
  sku text COLLATE "C" NOT NULL,
  buyer_id text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  units bigint NOT NULL,
  PRIMARY KEY (sku, buyer_id)
);
CREATE FUNCTION holdfast.keep_purchase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.earlier_purchases AS p (sku, buyer_id, partition, units)
  VALUES (OLD.sku, OLD.buyer_id, OLD.partition, OLD.quantity)
  ON CONFLICT (sku, buyer_id) DO UPDATE SET units = p.units + excluded.units;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_purchase BEFORE UPDATE ON holdfast.holds
  FOR EACH ROW WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION holdfast.keep_purchase();
