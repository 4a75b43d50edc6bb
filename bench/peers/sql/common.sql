-- Tables that both Postgres peers sell with, and what a repeated request is answered.

CREATE TABLE skus (
  sku text COLLATE "C" PRIMARY KEY,
  total integer NOT NULL,
  -- Units on sale. NULL where each unit has a row of its own.
  available integer CHECK (available >= 0),
  buyer_limit integer NOT NULL,
  hold_ttl interval NOT NULL
  -- Room for new versions of the row in its page, so that updates touch no index and old versions go without a vacuum.
) WITH (fillfactor = 10);

CREATE TABLE holds (
  -- Made of SKU and Idempotency-Key: that it is unique is the idempotency.
  hold_id text COLLATE "C" PRIMARY KEY,
  sku text COLLATE "C" NOT NULL,
  buyer_id text COLLATE "C" NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  expires_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  -- Which units, where each has a row.
  units integer[]
) WITH (fillfactor = 80);
CREATE INDEX holds_due ON holds (expires_at) WHERE ended_at IS NULL;

CREATE TABLE buyers (
  sku text COLLATE "C",
  buyer_id text COLLATE "C",
  units integer NOT NULL CHECK (units >= 0),
  hold_ids text[] NOT NULL,
  PRIMARY KEY (sku, buyer_id)
) WITH (fillfactor = 80);

CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  hold_id text NOT NULL,
  sku text NOT NULL,
  buyer_id text NOT NULL,
  quantity integer NOT NULL,
  at timestamptz(3) NOT NULL
);

-- Times are milliseconds since 1970. Members that a code has no use for are NULL.
CREATE TYPE hold_answer AS (
  code text,
  expires_at double precision,
  ended_at double precision,
  available integer,
  buyer_limit integer,
  remaining integer,
  hold_ids text[],
  last_unit integer
);

CREATE FUNCTION milliseconds(moment timestamptz) RETURNS double precision LANGUAGE sql IMMUTABLE
  RETURN extract(epoch FROM moment) * 1000;

-- What an earlier request with this id is answered; code NULL when there was none.
CREATE FUNCTION replay(wanted_id text, wanted_buyer text, wanted integer) RETURNS hold_answer
LANGUAGE plpgsql STABLE AS $$
DECLARE
  known holds;
  answer hold_answer;
BEGIN
  SELECT * INTO known FROM holds WHERE hold_id = wanted_id;
  IF NOT FOUND THEN RETURN answer; END IF;
  IF known.buyer_id <> wanted_buyer OR known.quantity <> wanted THEN
    answer.code := 'idempotency_mismatch';
  ELSE
    answer.code := 'replayed';
    answer.expires_at := milliseconds(known.expires_at);
    answer.ended_at := coalesce(milliseconds(known.ended_at), 0);
  END IF;
  RETURN answer;
END $$;

-- Counts units for the buyer, unless that would be more than the limit: then the answer is the refusal. The row is the
-- buyer's lock as well: two requests of one buyer go one after the other.
CREATE FUNCTION count_for_buyer(wanted_id text, wanted_sku text, wanted_buyer text, wanted integer, most integer)
RETURNS hold_answer LANGUAGE plpgsql AS $$
DECLARE
  answer hold_answer;
BEGIN
  INSERT INTO buyers AS b (sku, buyer_id, units, hold_ids)
    SELECT wanted_sku, wanted_buyer, wanted, ARRAY[wanted_id] WHERE most = 0 OR wanted <= most
  ON CONFLICT (sku, buyer_id) DO UPDATE SET units = b.units + wanted, hold_ids = b.hold_ids || wanted_id
    WHERE most = 0 OR b.units + wanted <= most;
  IF FOUND THEN RETURN answer; END IF;
  answer.code := 'buyer_limit';
  answer.buyer_limit := most;
  SELECT greatest(most - units, 0), hold_ids INTO answer.remaining, answer.hold_ids
    FROM buyers WHERE sku = wanted_sku AND buyer_id = wanted_buyer;
  answer.remaining := coalesce(answer.remaining, most);
  answer.hold_ids := coalesce(answer.hold_ids, '{}');
  RETURN answer;
END $$;

-- The buying path: `try_hold` differs from peer to peer. A refusal is looked at twice, because another request with the same key may
-- have been answered in the meantime, and with what this one was refused for.
CREATE FUNCTION take_hold(wanted_id text, wanted_sku text, wanted_buyer text, wanted integer, unit_after integer)
RETURNS hold_answer LANGUAGE plpgsql AS $$
DECLARE
  answer hold_answer := replay(wanted_id, wanted_buyer, wanted);
  earlier hold_answer;
BEGIN
  IF answer.code IS NOT NULL THEN RETURN answer; END IF;
  answer := try_hold(wanted_id, wanted_sku, wanted_buyer, wanted, unit_after);
  IF answer.code = 'held' THEN RETURN answer; END IF;
  earlier := replay(wanted_id, wanted_buyer, wanted);
  IF earlier.code IS NOT NULL THEN RETURN earlier; END IF;
  RETURN answer;
END $$;

-- Ends what is past its deadline, at most `most` holds; answers how many. Buyers before stock, as in try_hold: no deadlock.
CREATE FUNCTION expire_holds(most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  hold holds;
  ended holds[] := '{}';
BEGIN
  FOR hold IN
    SELECT * FROM holds WHERE ended_at IS NULL AND expires_at <= now()
    ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED
  LOOP
    UPDATE holds SET ended_at = now() WHERE hold_id = hold.hold_id;
    UPDATE buyers SET units = units - hold.quantity, hold_ids = array_remove(hold_ids, hold.hold_id)
      WHERE sku = hold.sku AND buyer_id = hold.buyer_id;
    INSERT INTO events (kind, hold_id, sku, buyer_id, quantity, at)
      VALUES ('expired', hold.hold_id, hold.sku, hold.buyer_id, hold.quantity, now());
    ended := ended || hold;
  END LOOP;
  PERFORM put_back(ended);
  RETURN cardinality(ended);
END $$;
