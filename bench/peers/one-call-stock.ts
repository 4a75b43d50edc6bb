import type { HoldOutcome, HoldRequest } from './contract.js';
import { openPool, type PostgresDesign, PostgresStock } from './postgres-stock.js';

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

/**
 * Everything in one prepared statement, a function in the database, which is a transaction by itself: whatever is checked
 * and written is one round trip, as with the Lua script. More than most teams would do, and the most Postgres can give.
 */
export class OneCallStock extends PostgresStock {
  /** Where a free unit was found last, by SKU. */
  readonly #lastUnits = new Map<string, number>();

  static async connect(url: string, design: PostgresDesign, connections: number): Promise<OneCallStock> {
    return new OneCallStock(await openPool(url, design, connections));
  }

  async hold(request: HoldRequest): Promise<HoldOutcome> {
    const { holdId, sku, buyerId, quantity } = request;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const values = [holdId, sku, buyerId, quantity, this.#lastUnits.get(sku) ?? 0];
        const { rows } = await this.pool.query<Answer>({ ...TAKE_HOLD, values });
        return this.#outcomeOf(sku, rows[0]!);
      } catch (error) {
        const { code } = error as { code?: string };
        const lostRace = code === UNIQUE_VIOLATION || code === SOLD_OUT_MEANWHILE;
        if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
      }
    }
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
