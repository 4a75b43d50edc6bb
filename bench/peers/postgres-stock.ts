import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { HoldOutcome, HoldRequest, PeerRules, PeerSku, PeerStock } from './contract.js';

export type PostgresDesign = 'counter' | 'units';

/** A row of `take_hold`; members that a code has no use for are null. */
interface Answer {
  readonly code: HoldOutcome['kind'];
  readonly expires_at: number;
  readonly ended_at: number;
  readonly available: number;
  readonly buyer_limit: number;
  readonly remaining: number;
  readonly hold_ids: readonly string[];
  readonly last_unit: number | null;
}

/** Named, so that each connection parses and plans it once. */
const TAKE_HOLD = { name: 'take_hold', text: 'SELECT * FROM take_hold($1, $2, $3, $4, $5)' };
/** Two requests with one key at once: the second finds the first one's row and is to be asked again. */
const UNIQUE_VIOLATION = '23505';
/** The last units went to somebody else between looking and taking; nothing was written. */
const SOLD_OUT_MEANWHILE = 'HF001';
/** A request loses a race once, rarely twice. */
const ATTEMPTS_MAX = 5;
const STATEMENT_TIMEOUT_MS = 10_000;
const DEFINE_TIMEOUT_MS = 120_000;

/**
 * One prepared statement a hold, which is a transaction by itself: whatever is checked and written is one round trip, as
 * with the Lua script, and the lock on the SKU is not kept while a client thinks.
 */
export class PostgresStock implements PeerStock {
  readonly #pool: pg.Pool;
  /** Where a free unit was found last, by SKU. */
  readonly #lastUnits = new Map<string, number>();

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** `connections`: size of the pool. Creates the tables; the database must be empty. */
  static async connect(url: string, design: PostgresDesign, connections: number): Promise<PostgresStock> {
    const pool = new pg.Pool({
      connectionString: url,
      min: connections,
      max: connections,
      idleTimeoutMillis: 0,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
    pool.on('error', (error) => process.stderr.write(`${error.message}\n`));
    await pool.query(`${schema('common')} ${schema(design)}`);
    return new PostgresStock(pool);
  }

  async define(sku: string, { total, buyerLimit, holdTtlMs }: PeerRules): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query(`SET statement_timeout = ${DEFINE_TIMEOUT_MS}`);
      await client.query('SELECT define_sku($1, $2, $3, $4)', [sku, total, buyerLimit, holdTtlMs]);
      // Plans are made for the table as it is now, not for the empty one.
      await client.query('VACUUM (ANALYZE)');
    } finally {
      await client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      client.release();
    }
  }

  async hold(request: HoldRequest): Promise<HoldOutcome> {
    const { holdId, sku, buyerId, quantity } = request;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const values = [holdId, sku, buyerId, quantity, this.#lastUnits.get(sku) ?? 0];
        const { rows } = await this.#pool.query<Answer>({ ...TAKE_HOLD, values });
        return this.#outcomeOf(sku, rows[0]!);
      } catch (error) {
        const { code } = error as { code?: string };
        const lostRace = code === UNIQUE_VIOLATION || code === SOLD_OUT_MEANWHILE;
        if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  async read(sku: string): Promise<PeerSku | undefined> {
    const { rows } = await this.#pool.query<PeerSku>('SELECT * FROM stock WHERE sku = $1', [sku]);
    return rows[0];
  }

  async expireDue(limit: number): Promise<number> {
    const { rows } = await this.#pool.query<{ ended: number }>('SELECT expire_holds($1) AS ended', [limit]);
    return rows[0]!.ended;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #outcomeOf(sku: string, answer: Answer): HoldOutcome {
    if (answer.last_unit !== null) this.#lastUnits.set(sku, answer.last_unit);
    switch (answer.code) {
      case 'held':
        return { kind: 'held', expiresAt: answer.expires_at };
      case 'replayed':
        return { kind: 'replayed', expiresAt: answer.expires_at, endedAt: answer.ended_at };
      case 'sold_out':
        return { kind: 'sold_out', available: answer.available };
      case 'buyer_limit': {
        const { buyer_limit: limit, remaining, hold_ids: holdIds } = answer;
        return { kind: 'buyer_limit', limit, remaining, holdIds };
      }
      default:
        return { kind: answer.code };
    }
  }
}

/** Not compiled, so beside the source and not in dist/. */
function schema(name: 'common' | PostgresDesign): string {
  return readFileSync(new URL(`../../../bench/peers/sql/${name}.sql`, import.meta.url), 'utf8');
}
