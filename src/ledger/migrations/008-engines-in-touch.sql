-- When an engine last was in touch with the stock store: from then on others may have acknowledged what it has not seen.
ALTER TABLE holdfast.engines ADD COLUMN store_seen_at timestamptz(3) NOT NULL DEFAULT now();
