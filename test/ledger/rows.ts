import type pg from 'pg';
import { CHANGE_KINDS, type ChangeKind, type StockChange, type StockEvent } from '../../src/domain/event.js';
import { digestOf } from '../../src/events/digest.js';

interface Row {
  readonly seq: string;
  readonly epoch: number;
  readonly partition: number;
  readonly ordinal: number;
  readonly at: Date;
  readonly kind: ChangeKind;
  readonly cause: string;
  readonly units: number;
  readonly sku: string;
  readonly hold_id: string | null;
  readonly adjustment_id: string | null;
  readonly request_id: string | null;
  readonly key_id: string | null;
  readonly client_address: string | null;
  readonly detail: string | null;
  readonly buyer_id: string | null;
  readonly expires_at: Date | null;
}

const ROWS = `
  SELECT h.*, o.buyer_id, o.expires_at
  FROM holdfast.history h LEFT JOIN holdfast.holds o USING (hold_id)
  ORDER BY h.epoch, h.partition, h.seq, h.ordinal`;

/** `partition/seq` → digest computed from the rows of `history` and `holds` alone. */
export async function digestsFromRows(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<Row>(ROWS);
  const events = new Map<string, StockEvent & { changes: StockChange[]; skus: { sku: string }[] }>();
  for (const row of rows) {
    const key = `${row.partition}/${row.seq}`;
    const event = events.get(key) ?? {
      epoch: row.epoch,
      partition: row.partition,
      seq: Number(row.seq),
      at: row.at.getTime(),
      skus: [],
      changes: [],
    };
    events.set(key, event);
    let skuIndex = event.skus.findIndex(({ sku }) => sku === row.sku);
    // The digest takes no more of a view than its name.
    if (skuIndex === -1) skuIndex = event.skus.push({ sku: row.sku } as (typeof event.skus)[number]) - 1;
    event.changes.push(changeOf(row, skuIndex));
  }
  return new Map([...events].map(([key, event]) => [key, digestOf(event).toString('hex')]));
}

export function digestsOf(events: readonly StockEvent[]): ReadonlyMap<string, string> {
  return new Map(
    events.map((event) => [`${event.partition}/${event.seq}`, digestOf(event).toString('hex')] as const),
  );
}

/** `partition/seq` → digest the writer stored. */
export async function storedDigests(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ key: string; digest: string }>(
    `SELECT partition || '/' || seq AS key, encode(digest, 'hex') AS digest FROM holdfast.ledger_events`,
  );
  return new Map(rows.map(({ key, digest }) => [key, digest]));
}

function changeOf(row: Row, skuIndex: number): StockChange {
  const actor = row.request_id === null ? row.cause : actorOf(row);
  const facts = { skuIndex, actor };
  const detail = row.detail ?? '';
  const hold = { holdId: row.hold_id ?? '', buyerId: row.buyer_id ?? '', quantity: row.units };
  const kind = CHANGE_KINDS.find((candidate) => candidate === row.kind)!;
  switch (kind) {
    case 'held':
      return { kind, ...facts, ...hold, expiresAt: row.expires_at?.getTime() ?? 0 };
    case 'confirmed':
    case 'released':
    case 'expired':
      return { kind, ...facts, ...hold, paymentRef: detail };
    case 'defined':
      return { kind, ...facts };
    case 'patched':
      return { kind, ...facts, detail };
    case 'opened':
    case 'paused':
    case 'closed':
      return { kind, ...facts, from: detail };
    case 'adjusted':
      return { kind, ...facts, adjustmentId: row.adjustment_id ?? '', delta: row.units, reason: detail };
    case 'repaired':
      return { kind, ...facts, delta: row.units, detail };
  }
}

function actorOf({ request_id, key_id, client_address }: Row): string {
  return key_id === null ? request_id! : `${request_id}|${key_id}|${client_address}`;
}
