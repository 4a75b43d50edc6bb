import type pg from 'pg';
import { HOLD_STATES, type Hold, type HoldState } from '../domain/hold.js';
import type { SkuDefinition, SkuState, SkuView } from '../domain/sku.js';
import type { RestoredAdjustment, RestoredBuyer, RestoredHold } from '../domain/stock-call.js';
import { withClient } from './deployment.js';
import { sql } from './sql.js';

const FETCH_ROWS = 2000;

/** A SKU of the ledger, and what its live holds there add up to: unless events are in quarantine that is `view.held`. */
export interface LedgerSku {
  readonly view: SkuView;
  readonly liveUnits: number;
}

export type LedgerItem =
  | { readonly kind: 'sku'; readonly partition: number; readonly item: LedgerSku }
  | { readonly kind: 'definition'; readonly partition: number; readonly item: SkuDefinition }
  | {
      readonly kind: 'hold';
      readonly partition: number;
      readonly item: Omit<RestoredHold, 'withholds'>;
    }
  | { readonly kind: 'buyer'; readonly partition: number; readonly item: RestoredBuyer }
  | { readonly kind: 'adjustment'; readonly partition: number; readonly item: RestoredAdjustment };

/**
 * Everything the stock store has to know, read from the ledger: kind by kind, and of each kind partition by partition.
 * `retentionMs`: how long ended holds and adjustments answer replays. Memory is bounded: rows come through cursors.
 */
export async function eachLedgerItem(
  pool: pg.Pool,
  retentionMs: number,
  take: (item: LedgerItem) => Promise<void>,
): Promise<void> {
  await withClient(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await eachRow<SkuRow>(client, 'restore-skus', [], (row) =>
      take({
        kind: 'sku',
        partition: row.partition,
        item: { view: viewOf(row), liveUnits: row.live_units },
      }),
    );
    await eachRow<DefinitionRow>(client, 'restore-definitions', [], (row) =>
      take({ kind: 'definition', partition: row.partition, item: { ...rulesOf(row), ...definitionOf(row) } }),
    );
    await eachRow<HoldRow>(client, 'restore-holds', [retentionMs], (row) => {
      const hold = holdOf(row);
      const forgottenAt = hold.state === 'held' ? 0 : hold.endedAt + retentionMs;
      return take({ kind: 'hold', partition: row.partition, item: { hold, forgottenAt } });
    });
    await eachRow<BuyerRow>(client, 'restore-buyers', [], (row) => {
      const item = { sku: row.sku, buyerId: row.buyer_id, units: row.units, holdIds: row.hold_ids };
      return take({ kind: 'buyer', partition: row.partition, item });
    });
    await eachRow<AdjustmentRow>(client, 'restore-adjustments', [retentionMs], (row) => {
      const { adjustment_id: adjustmentId, sku, units: delta, reason, at } = row;
      const item = { adjustmentId, sku, delta, reason, forgottenAt: Math.round(at) + retentionMs };
      return take({ kind: 'adjustment', partition: row.partition, item });
    });
    await client.query('COMMIT');
  });
}

async function eachRow<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  query: string,
  values: readonly unknown[],
  take: (row: Row) => Promise<void>,
): Promise<void> {
  await client.query(`DECLARE page NO SCROLL CURSOR FOR ${sql(`queries/${query}.sql`)}`, [...values]);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${FETCH_ROWS} FROM page`);
    for (const row of rows) await take(row);
    if (rows.length < FETCH_ROWS) break;
  }
  await client.query('CLOSE page');
}

interface RuleColumns {
  readonly sku: string;
  readonly partition: number;
  readonly buyer_limit: number;
  readonly hold_ttl_ms: number;
  readonly opens_at: number;
  readonly closes_at: number;
}

interface SkuRow extends RuleColumns {
  readonly state: SkuState;
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly reserved: number;
  readonly live_units: number;
}

interface DefinitionRow extends RuleColumns {
  readonly total: number;
  readonly reserved: number;
}

interface HoldRow {
  readonly hold_id: string;
  readonly sku: string;
  readonly partition: number;
  readonly buyer_id: string;
  readonly quantity: number;
  readonly state: HoldState;
  readonly payment_ref: string | null;
  readonly expires_at: number;
  readonly ended_at: number | null;
}

interface BuyerRow {
  readonly sku: string;
  readonly buyer_id: string;
  readonly partition: number;
  readonly units: number;
  readonly hold_ids: readonly string[];
}

interface AdjustmentRow {
  readonly adjustment_id: string;
  readonly sku: string;
  readonly partition: number;
  readonly units: number;
  readonly reason: string;
  readonly at: number;
}

function rulesOf(
  row: RuleColumns,
): Pick<SkuView, 'sku' | 'buyerLimit' | 'holdTtlMs' | 'opensAt' | 'closesAt'> {
  return {
    sku: row.sku,
    buyerLimit: row.buyer_limit,
    holdTtlMs: row.hold_ttl_ms,
    opensAt: Math.round(row.opens_at),
    closesAt: Math.round(row.closes_at),
  };
}

function definitionOf({ total, reserved }: DefinitionRow): Pick<SkuDefinition, 'total' | 'reserved'> {
  return { total, reserved };
}

function viewOf(row: SkuRow): SkuView {
  const { state, total, available, held, sold, reserved } = row;
  return { ...rulesOf(row), state, total, available, held, sold, reserved };
}

function holdOf(row: HoldRow): Hold {
  const { hold_id: holdId, sku, buyer_id: buyerId, quantity, state } = row;
  const facts = { holdId, sku, buyerId, quantity, expiresAt: Math.round(row.expires_at) };
  const endedAt = Math.round(row.ended_at ?? 0);
  if (state === 'held') return { ...facts, state };
  if (state === 'confirmed') return { ...facts, state, endedAt, paymentRef: row.payment_ref ?? '' };
  if (HOLD_STATES.includes(state)) return { ...facts, state, endedAt };
  throw new TypeError(`hold ${holdId} is ${String(state)} in the ledger`);
}
