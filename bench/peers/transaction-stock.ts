import type pg from 'pg';
import type { HoldOutcome, HoldRequest } from './contract.js';
import { openPool, type PostgresDesign, PostgresStock } from './postgres-stock.js';
import {
  BUYER,
  COUNT_FOR_BUYER,
  INSERT_HOLD,
  LOOK_AT,
  RULES_OF,
  type Statement,
  TAKE_FROM_COUNTER,
  TAKE_UNITS,
} from './statements.js';

interface Rules {
  readonly buyer_limit: number;
  readonly hold_ttl_ms: number;
}

/** A hold of the same id, all null when there is none, and the stock. */
interface Seen {
  readonly buyer_id: string | null;
  readonly quantity: number | null;
  readonly expires_at: number | null;
  readonly ended_at: number;
  readonly available: number;
}

interface Held {
  readonly kind: 'held';
  readonly expiresAt: number;
}

/** What came of a transaction; all but `held` were rolled back. */
type Attempt =
  | Held
  | { readonly kind: 'same_id' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'too_few' };

/**
 * The usual way: BEGIN, three prepared statements, COMMIT. The row that everybody wants comes last, so that its lock is kept no
 * longer than the commit takes. Statements that need nothing of each other's answers are sent together (`pipeline` of pg): two
 * round trips a hold with a counter, three with units.
 */
export class TransactionStock extends PostgresStock {
  readonly #design: PostgresDesign;
  /** Rules do not change here; a shop would keep them for a few seconds as well. */
  readonly #rules = new Map<string, Rules>();
  /** SKUs that had too little for somebody: there a look comes before the transaction, which spares most refusals one. */
  readonly #scarce = new Set<string>();
  /** Where a free unit was found last, by SKU: the index entries before it are mostly dead. */
  readonly #lastUnits = new Map<string, number>();

  private constructor(pool: pg.Pool, design: PostgresDesign) {
    super(pool);
    this.#design = design;
  }

  static async connect(url: string, design: PostgresDesign, connections: number): Promise<TransactionStock> {
    return new TransactionStock(await openPool(url, design, connections), design);
  }

  async hold(request: HoldRequest): Promise<HoldOutcome> {
    const rules = await this.#rulesOf(request.sku);
    if (rules === undefined) return { kind: 'unknown_sku' };
    if (this.#scarce.has(request.sku)) {
      const seen = await this.#look(request);
      const earlier = replayOf(request, seen);
      if (earlier !== undefined) return earlier;
      if (seen.available < request.quantity) return { kind: 'sold_out', available: seen.available };
      this.#scarce.delete(request.sku);
    }
    const attempt = await this.#attempt(request, rules);
    return attempt.kind === 'held' ? attempt : await this.#explain(request, rules, attempt.kind);
  }

  async #attempt(request: HoldRequest, rules: Rules): Promise<Attempt> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      const attempt =
        this.#design === 'counter'
          ? await this.#takeFromCounter(client, request, rules)
          : await this.#takeUnits(client, request, rules);
      await client.query(attempt.kind === 'held' ? 'COMMIT' : 'ROLLBACK');
      return attempt;
    } catch (error) {
      // A connection whose transaction is in doubt is not for the next one.
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #takeFromCounter(client: pg.PoolClient, request: HoldRequest, rules: Rules): Promise<Attempt> {
    const values = [request.sku, request.quantity];
    // What comes after one that found nothing is rolled back with it.
    const [, held, isWithinLimit, taken] = await Promise.all([
      client.query('BEGIN'),
      insertHold(client, request, rules, null),
      countForBuyer(client, request, rules),
      client.query({ ...TAKE_FROM_COUNTER, values }),
    ]);
    if (held === undefined) return { kind: 'same_id' };
    if (!isWithinLimit) return { kind: 'too_many' };
    return taken.rowCount === 0 ? { kind: 'too_few' } : held;
  }

  async #takeUnits(client: pg.PoolClient, request: HoldRequest, rules: Rules): Promise<Attempt> {
    const { sku, quantity } = request;
    const after = this.#lastUnits.get(sku) ?? 0;
    let [, units] = await Promise.all([client.query('BEGIN'), takeUnits(client, request, quantity, after)]);
    if (units.length < quantity && after > 0) {
      units = [...units, ...(await takeUnits(client, request, quantity - units.length, 0))];
    }
    if (units.length < quantity) return { kind: 'too_few' };
    this.#lastUnits.set(sku, Math.max(...units));
    const [held, isWithinLimit] = await Promise.all([
      insertHold(client, request, rules, units),
      countForBuyer(client, request, rules),
    ]);
    if (held === undefined) return { kind: 'same_id' };
    return isWithinLimit ? held : { kind: 'too_many' };
  }

  /** Why not; an earlier request with this id comes first, whatever this one was refused for. */
  async #explain(
    request: HoldRequest,
    rules: Rules,
    why: Exclude<Attempt['kind'], 'held'>,
  ): Promise<HoldOutcome> {
    const { sku, buyerId, quantity } = request;
    const seen = await this.#look(request);
    const earlier = replayOf(request, seen);
    if (earlier !== undefined) return earlier;
    if (why === 'same_id') throw new Error('a hold that was there is gone');
    if (why === 'too_few') {
      this.#scarce.add(sku);
      // Units may have come back since; then this answer is a moment old.
      return { kind: 'sold_out', available: Math.min(seen.available, quantity - 1) };
    }
    const [buyer] = await this.#rows<{ units: number; hold_ids: readonly string[] }>(BUYER, [sku, buyerId]);
    const limit = rules.buyer_limit;
    const remaining = Math.max(0, limit - (buyer?.units ?? 0));
    return { kind: 'buyer_limit', limit, remaining, holdIds: buyer?.hold_ids ?? [] };
  }

  async #look({ holdId, sku, quantity }: HoldRequest): Promise<Seen> {
    const [seen] = await this.#rows<Seen>(LOOK_AT[this.#design], [holdId, sku, quantity]);
    return seen!;
  }

  async #rulesOf(sku: string): Promise<Rules | undefined> {
    const known = this.#rules.get(sku);
    if (known !== undefined) return known;
    const [rules] = await this.#rows<Rules>(RULES_OF, [sku]);
    if (rules !== undefined) this.#rules.set(sku, rules);
    return rules;
  }

  async #rows<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>({ ...statement, values: [...values] });
    return rows;
  }
}

function replayOf(request: HoldRequest, seen: Seen): HoldOutcome | undefined {
  if (seen.expires_at === null) return undefined;
  const isSame = seen.buyer_id === request.buyerId && seen.quantity === request.quantity;
  if (!isSame) return { kind: 'idempotency_mismatch' };
  return { kind: 'replayed', expiresAt: seen.expires_at, endedAt: seen.ended_at };
}

async function insertHold(
  client: pg.PoolClient,
  { holdId, sku, buyerId, quantity }: HoldRequest,
  rules: Rules,
  units: readonly number[] | null,
): Promise<Held | undefined> {
  const values = [holdId, sku, buyerId, quantity, rules.hold_ttl_ms, units];
  const { rows } = await client.query<{ expires_at: number }>({ ...INSERT_HOLD, values });
  return rows[0] === undefined ? undefined : { kind: 'held', expiresAt: rows[0].expires_at };
}

async function countForBuyer(
  client: pg.PoolClient,
  { holdId, sku, buyerId, quantity }: HoldRequest,
  rules: Rules,
): Promise<boolean> {
  const values = [sku, buyerId, quantity, holdId, rules.buyer_limit];
  const { rowCount } = await client.query({ ...COUNT_FOR_BUYER, values });
  return rowCount === 1;
}

/** Units `after` that were free and are the hold's now, if it is committed; at most `count`. */
async function takeUnits(
  client: pg.PoolClient,
  { sku, holdId }: HoldRequest,
  count: number,
  after: number,
): Promise<readonly number[]> {
  const { rows } = await client.query<{ unit: number }>({
    ...TAKE_UNITS,
    values: [sku, count, after, holdId],
  });
  return rows.map(({ unit }) => unit);
}
