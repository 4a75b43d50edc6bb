import type pg from 'pg';
import { sql } from './sql.js';

const LISTED_MAX = 100_000;

/** A hold that was acknowledged, lost with the stock store, and asked for since. */
export interface UncertainHold {
  readonly holdId: string;
  /** RFC 3339. */
  readonly firstAskedAt: string;
  readonly asked: 'read' | 'confirm' | 'release';
  /** Of the first confirm: somebody paid. Null where nobody did. */
  readonly paymentRef: string | null;
  /** State of the hold that the same key made since; null where it made none. */
  readonly heldAgain: string | null;
}

/** In the order they were first asked for. */
export async function listUncertainHolds(pool: pg.Pool): Promise<readonly UncertainHold[]> {
  const { rows } = await pool.query(sql('queries/list-uncertain-holds.sql'), [LISTED_MAX]);
  return rows.map((row) => ({
    holdId: row.hold_id,
    firstAskedAt: new Date(Number(row.first_asked_at)).toISOString(),
    asked: row.asked,
    paymentRef: row.payment_ref,
    heldAgain: row.known,
  }));
}
