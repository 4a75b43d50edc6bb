CREATE TYPE holdfast.sku_state AS ENUM ('scheduled', 'open', 'paused', 'closed');
CREATE TYPE holdfast.hold_state AS ENUM ('held', 'confirmed', 'released', 'expired');

-- Each SKU as its newest event left it. `seq` says which.
CREATE TABLE holdfast.skus (
  sku text COLLATE "C" PRIMARY KEY,
  partition smallint NOT NULL,
  state holdfast.sku_state NOT NULL,
  total integer NOT NULL CHECK (total BETWEEN 0 AND 1000000000),
  available integer NOT NULL CHECK (available >= 0),
  held integer NOT NULL CHECK (held >= 0),
  sold integer NOT NULL CHECK (sold >= 0),
  reserved integer NOT NULL CHECK (reserved >= 0),
  buyer_limit integer NOT NULL CHECK (buyer_limit >= 0),
  hold_ttl_ms bigint NOT NULL,
  opens_at timestamptz(3),
  closes_at timestamptz(3),
  epoch integer NOT NULL,
  seq bigint NOT NULL,
  defined_at timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  CONSTRAINT stock_is_conserved CHECK (total = available + held + sold + reserved)
) WITH (fillfactor = 50);

CREATE TABLE holdfast.holds (
  hold_id text COLLATE "C" PRIMARY KEY,
  sku text COLLATE "C" NOT NULL,
  partition smallint NOT NULL,
  state holdfast.hold_state NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  created_epoch integer NOT NULL,
  created_seq bigint NOT NULL,
  ended_seq bigint,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  buyer_id text COLLATE "C" NOT NULL,
  payment_ref text,
  CONSTRAINT ended_holds_say_when CHECK ((state = 'held') = (ended_at IS NULL AND ended_seq IS NULL)),
  CONSTRAINT only_confirmed_holds_are_paid CHECK (payment_ref IS NULL OR state = 'confirmed')
) WITH (fillfactor = 60);

-- Listing the holds of a SKU in the order they were made. Holds of the same millisecond are sorted by id on the way out.
CREATE INDEX holds_of_sku ON holdfast.holds (sku, created_at);
