-- Every event written, once. The digest is of what the event says happened; it can be computed again from `history`.
CREATE TABLE holdfast.ledger_events (
  epoch integer NOT NULL,
  partition smallint NOT NULL,
  seq bigint NOT NULL,
  at timestamptz(3) NOT NULL,
  -- NULL where the bytes of a quarantined event could not be read.
  digest bytea,
  quarantined boolean NOT NULL DEFAULT false,
  PRIMARY KEY (epoch, partition, seq)
);

CREATE TYPE holdfast.change_kind AS ENUM (
  'held', 'confirmed', 'released', 'expired', 'defined', 'patched', 'opened', 'paused', 'closed', 'adjusted'
);
CREATE TYPE holdfast.change_cause AS ENUM (
  'hold', 'confirm', 'release', 'expiry', 'define', 'patch', 'open', 'pause', 'close', 'adjust', 'schedule'
);

-- Every state change: from, to, when, why and by whom. Never updated.
CREATE TABLE holdfast.history (
  seq bigint NOT NULL,
  epoch integer NOT NULL,
  partition smallint NOT NULL,
  -- Place of the change within its event, from 0.
  ordinal smallint NOT NULL,
  at timestamptz(3) NOT NULL,
  kind holdfast.change_kind NOT NULL,
  cause holdfast.change_cause NOT NULL,
  -- Units held or given back; for `adjusted` the delta.
  units integer NOT NULL,
  sku text COLLATE "C" NOT NULL,
  -- NULL for changes of the SKU itself.
  hold_id text COLLATE "C",
  from_state text,
  to_state text,
  request_id text,
  key_id text,
  client_address text,
  -- Payment reference, reason of an adjustment, or what a patch changed.
  detail text,
  -- After the change; only for changes of the SKU itself.
  total integer,
  reserved integer
);

-- The audit adds up the history of one SKU up to one seq.
CREATE INDEX history_of_sku ON holdfast.history (sku, epoch, seq);

-- Events that Postgres refused, as they were, for a person to look at.
CREATE TABLE holdfast.quarantine (
  epoch integer NOT NULL,
  partition smallint NOT NULL,
  seq bigint NOT NULL,
  quarantined_at timestamptz(3) NOT NULL DEFAULT now(),
  error_code text NOT NULL,
  error text NOT NULL,
  event bytea NOT NULL,
  PRIMARY KEY (epoch, partition, seq)
);
