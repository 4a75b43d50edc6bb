-- Stock as one number a SKU.

-- The row of the SKU comes last: everybody who sells it waits for that lock, and it is kept until the commit is on disk.
CREATE FUNCTION try_hold(wanted_id text, wanted_sku text, wanted_buyer text, wanted integer, unit_after integer)
RETURNS hold_answer LANGUAGE plpgsql AS $$
DECLARE
  rules skus;
  answer hold_answer;
  taken_at timestamptz(3) := clock_timestamp();
  deadline timestamptz(3);
BEGIN
  SELECT * INTO rules FROM skus WHERE sku = wanted_sku;
  IF NOT FOUND THEN
    answer.code := 'unknown_sku';
    RETURN answer;
  END IF;
  -- A look without a lock, so that refusing writes nothing and waits for nobody.
  IF rules.available < wanted THEN
    answer.code := 'sold_out';
    answer.available := rules.available;
    RETURN answer;
  END IF;
  answer := count_for_buyer(wanted_id, wanted_sku, wanted_buyer, wanted, rules.buyer_limit);
  IF answer.code IS NOT NULL THEN RETURN answer; END IF;
  deadline := taken_at + rules.hold_ttl;
  INSERT INTO holds (hold_id, sku, buyer_id, quantity, expires_at)
    VALUES (wanted_id, wanted_sku, wanted_buyer, wanted, deadline);
  INSERT INTO events (kind, hold_id, sku, buyer_id, quantity, at)
    VALUES ('held', wanted_id, wanted_sku, wanted_buyer, wanted, taken_at);
  UPDATE skus SET available = available - wanted WHERE sku = wanted_sku AND available >= wanted;
  -- Somebody was faster: nothing of the above may stay.
  IF NOT FOUND THEN RAISE EXCEPTION 'sold out' USING ERRCODE = 'HF001'; END IF;
  answer.code := 'held';
  answer.expires_at := milliseconds(deadline);
  RETURN answer;
END $$;

CREATE FUNCTION put_back(ended holds[]) RETURNS void LANGUAGE sql AS $$
  UPDATE skus SET available = skus.available + freed.units
  FROM (SELECT sku, sum(quantity)::integer AS units FROM unnest(ended) GROUP BY sku) AS freed
  WHERE skus.sku = freed.sku
$$;

CREATE FUNCTION define_sku(new_sku text, units integer, most integer, ttl_ms integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO skus (sku, total, available, buyer_limit, hold_ttl)
  VALUES (new_sku, units, units, most, ttl_ms * interval '1 millisecond')
$$;

CREATE VIEW stock AS SELECT sku, total, available, total - available AS held FROM skus;
