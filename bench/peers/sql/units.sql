-- Stock as one row a unit, taken with SKIP LOCKED, as Shopify published it (shopify.engineering/scaling-inventory-reservations): buyers
-- of one SKU lock different rows and wait for nobody. They keep a pool of 1,000 rows a SKU and refill it; here all units have
-- their row from the beginning, so that nobody waits for a refill.

CREATE TABLE units (
  sku text COLLATE "C",
  unit integer,
  hold_id text COLLATE "C",
  PRIMARY KEY (sku, unit)
  -- Old versions of rows would otherwise lie before the free ones in the index below until the fifth of the table is dead.
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX units_free ON units (sku, unit) WHERE hold_id IS NULL;

-- Locks free units behind `unit_after`.
CREATE FUNCTION lock_units(wanted_sku text, wanted integer, unit_after integer) RETURNS integer[] LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(unit), '{}') FROM (
      SELECT unit FROM units WHERE sku = wanted_sku AND hold_id IS NULL AND unit > unit_after
      ORDER BY unit LIMIT wanted FOR UPDATE SKIP LOCKED
    ) AS free
  );
END $$;

-- `unit_after`: where the caller found a free unit the last time. The index entries before it are mostly dead, and whoever began at
-- the first would walk over all of them; only when nothing is left behind it, the search begins anew.
CREATE FUNCTION try_hold(wanted_id text, wanted_sku text, wanted_buyer text, wanted integer, unit_after integer)
RETURNS hold_answer LANGUAGE plpgsql AS $$
DECLARE
  rules skus;
  answer hold_answer;
  taken integer[];
  taken_at timestamptz(3) := clock_timestamp();
  deadline timestamptz(3);
BEGIN
  SELECT * INTO rules FROM skus WHERE sku = wanted_sku;
  IF NOT FOUND THEN
    answer.code := 'unknown_sku';
    RETURN answer;
  END IF;
  taken := lock_units(wanted_sku, wanted, unit_after);
  IF cardinality(taken) < wanted AND unit_after > 0 THEN taken := lock_units(wanted_sku, wanted, 0); END IF;
  IF cardinality(taken) < wanted THEN
    answer.code := 'sold_out';
    answer.available := cardinality(taken);
    RETURN answer;
  END IF;
  answer := count_for_buyer(wanted_id, wanted_sku, wanted_buyer, wanted, rules.buyer_limit);
  IF answer.code IS NOT NULL THEN RETURN answer; END IF;
  deadline := taken_at + rules.hold_ttl;
  UPDATE units SET hold_id = wanted_id WHERE sku = wanted_sku AND unit = ANY (taken);
  INSERT INTO holds (hold_id, sku, buyer_id, quantity, expires_at, units)
    VALUES (wanted_id, wanted_sku, wanted_buyer, wanted, deadline, taken);
  INSERT INTO events (kind, hold_id, sku, buyer_id, quantity, at)
    VALUES ('held', wanted_id, wanted_sku, wanted_buyer, wanted, taken_at);
  answer.code := 'held';
  answer.expires_at := milliseconds(deadline);
  answer.last_unit := taken[cardinality(taken)];
  RETURN answer;
END $$;

CREATE FUNCTION put_back(ended holds[]) RETURNS void LANGUAGE sql AS $$
  UPDATE units SET hold_id = NULL
  FROM (SELECT sku, unnest(units) AS unit FROM unnest(ended)) AS freed
  WHERE units.sku = freed.sku AND units.unit = freed.unit
$$;

CREATE FUNCTION define_sku(new_sku text, units integer, most integer, ttl_ms integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO skus (sku, total, buyer_limit, hold_ttl)
    VALUES (new_sku, define_sku.units, most, ttl_ms * interval '1 millisecond');
  INSERT INTO units (sku, unit) SELECT new_sku, unit FROM generate_series(1, define_sku.units) AS unit
$$;

CREATE VIEW stock AS
  SELECT sku, total, total - held AS available, held
  FROM skus CROSS JOIN LATERAL (
    SELECT count(*)::integer AS held FROM units WHERE units.sku = skus.sku AND hold_id IS NOT NULL
  ) AS counted;
