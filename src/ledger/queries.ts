import type pg from 'pg';
import type { Hold, HoldState } from '../domain/hold.js';
import {
  type AuditReport,
  InvalidCursor,
  type LedgerQueries,
  LedgerUnavailable,
  type Page,
  type PartitionAuditReport,
  type RepairReport,
} from '../domain/ports.js';
import { sql } from './sql.js';

const FIND_HOLD = { name: 'find-hold', text: sql('queries/find-hold.sql') };
const NOTE_UNCERTAIN_HOLD = {
  name: 'note-uncertain-hold',
  text: sql('statements/note-uncertain-hold.sql'),
};
const LIST_HOLDS = { name: 'list-holds', text: sql('queries/list-holds.sql') };

/** Genuine ids are few; this only keeps a table from growing without end. */
const UNCERTAIN_HOLDS_MAX = 100_000;

interface HoldRow {
  readonly hold_id: string;
  readonly sku: string;
  readonly buyer_id: string;
  readonly quantity: number;
  readonly state: HoldState;
  readonly payment_ref: string | null;
  /** Milliseconds, as `numeric` comes: in text. */
  readonly expires_at: string;
  readonly ended_at: string | null;
}

interface ListRow extends HoldRow {
  readonly seq: string;
  readonly created_at: string;
}

/** Whoever can count: the ledger's thread, or an `Auditor` at hand. */
export interface Audits {
  auditSku(sku: string): Promise<AuditReport | undefined>;
  auditPartition(partition: number): Promise<PartitionAuditReport>;
  repairSku(sku: string, actor: string): Promise<RepairReport | undefined>;
}

/** Questions to the ledger. Every call rejects with `LedgerUnavailable` when Postgres cannot answer. */
export class PostgresLedgerQueries implements LedgerQueries {
  readonly #pool: pg.Pool;
  readonly #auditor: Audits;
  readonly #wasRecovered: boolean;

  /** `wasRecovered`: whether holds may have been lost in the life of this deployment. */
  constructor(pool: pg.Pool, auditor: Audits, wasRecovered: boolean) {
    this.#pool = pool;
    this.#auditor = auditor;
    this.#wasRecovered = wasRecovered;
  }

  async findHold(holdId: string): Promise<Hold | undefined> {
    const rows = await ask<HoldRow>(this.#pool, { ...FIND_HOLD, values: [holdId] });
    return rows[0] === undefined ? undefined : holdOf(rows[0]);
  }

  async noteUncertainHold(
    holdId: string,
    asked: 'read' | 'confirm' | 'release',
    paymentRef?: string,
  ): Promise<boolean> {
    if (!this.#wasRecovered) return false;
    await ask(this.#pool, {
      ...NOTE_UNCERTAIN_HOLD,
      values: [holdId, asked, paymentRef ?? null, UNCERTAIN_HOLDS_MAX],
    });
    return true;
  }

  /** Rejects with `InvalidCursor` when `after` is no `next` of an earlier page. */
  async listHolds(query: {
    sku: string;
    partition: number;
    state?: HoldState;
    buyerId?: string;
    limit: number;
    after: string;
  }): Promise<Page<Hold> & { readonly seq: number }> {
    const { sku, partition, state, buyerId, limit } = query;
    const after = parseCursor(query.after);
    // One more than asked tells whether there is a next page.
    const values = [sku, partition, state ?? null, buyerId ?? null, after.createdAt, after.holdId, limit + 1];
    const rows = await ask<ListRow>(this.#pool, { ...LIST_HOLDS, values });
    const seq = Number(rows[0]?.seq ?? 0);
    // Without a hold the position stands alone in one row.
    const found = rows.filter(({ hold_id }) => hold_id !== null);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? cursorOf(last) : null;
    return { items: items.map(holdOf), next, seq };
  }

  audit(sku: string): Promise<AuditReport | undefined> {
    return this.#auditor.auditSku(sku);
  }

  auditPartition(partition: number): Promise<PartitionAuditReport> {
    return this.#auditor.auditPartition(partition);
  }

  repair(sku: string, actor: string): Promise<RepairReport | undefined> {
    return this.#auditor.repairSku(sku, actor);
  }
}

/** Runs one statement; every failure is `LedgerUnavailable`, with its reason as `cause`. */
export async function ask<Row extends object>(
  pool: pg.Pool,
  query: { readonly name: string; readonly text: string; readonly values: readonly unknown[] },
): Promise<readonly Row[]> {
  try {
    return (await pool.query<Row & pg.QueryResultRow>({ ...query, values: [...query.values] })).rows;
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new LedgerUnavailable(`Postgres did not answer: ${reason}`, { cause: error });
  }
}

function holdOf(row: HoldRow): Hold {
  const facts = {
    holdId: row.hold_id,
    sku: row.sku,
    buyerId: row.buyer_id,
    quantity: row.quantity,
    expiresAt: Math.round(Number(row.expires_at)),
  };
  const endedAt = Math.round(Number(row.ended_at));
  switch (row.state) {
    case 'held':
      return { ...facts, state: 'held' };
    case 'confirmed':
      return { ...facts, state: 'confirmed', endedAt, paymentRef: row.payment_ref ?? '' };
    case 'released':
    case 'expired':
      return { ...facts, state: row.state, endedAt };
  }
}

function cursorOf(row: ListRow): string {
  return `${Math.round(Number(row.created_at))}.${row.hold_id}`;
}

const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/;

function parseCursor(text: string): { createdAt: number; holdId: string } {
  if (text === '') return { createdAt: 0, holdId: '' };
  const parts = CURSOR.exec(text);
  if (parts === null) throw new InvalidCursor('`after` must be the `next` of an earlier page');
  return { createdAt: Number(parts[1]), holdId: parts[2]! };
}
