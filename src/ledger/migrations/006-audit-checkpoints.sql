-- What the history of a SKU added up to at an event that a clean audit was made at: the background audit adds only what came
-- after it. Never the last word: now and then, and whenever a person asks, everything is added up again.
CREATE TABLE holdfast.audit_checkpoints (
  sku text COLLATE "C" PRIMARY KEY,
  epoch integer NOT NULL,
  seq bigint NOT NULL,
  total integer NOT NULL,
  held integer NOT NULL,
  sold integer NOT NULL,
  reserved integer NOT NULL
) WITH (fillfactor = 50);
