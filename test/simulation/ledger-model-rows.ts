import type pg from 'pg';
import type { LedgerTables } from './ledger-model-tables.js';

type Rows = Readonly<Record<string, readonly object[]>>;

/** Times that Postgres' or an engine's wall clock gave; those of events are of long before. */
const WALL_CLOCK_FROM = Date.UTC(2025, 0, 1);

const milliseconds = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const number = (column: string): string => `${column}::float8`;
const text = (column: string): string => `${column}::text`;
const as = (expressions: Readonly<Record<string, string>>): string =>
  Object.entries(expressions)
    .map(([name, expression]) => `${expression} AS "${name}"`)
    .join(', ');

/** Every column of every table under its name in the model, in an order of its own key. */
const QUERIES: Readonly<Record<string, string>> = {
  epochs: `SELECT epoch, reason, stock_ready_at IS NOT NULL AS "stockReady" FROM holdfast.epochs ORDER BY epoch`,
  positions: `SELECT ${as({
    partition: 'partition',
    epoch: 'epoch',
    seq: number('seq'),
    at: milliseconds('at'),
    acknowledged: number('acknowledged'),
  })} FROM holdfast.ledger_position ORDER BY partition`,
  ledgerEvents: `SELECT ${as({
    epoch: 'epoch',
    partition: 'partition',
    seq: number('seq'),
    at: milliseconds('at'),
    digest: 'digest',
    quarantined: 'quarantined',
  })} FROM holdfast.ledger_events ORDER BY epoch, partition, seq`,
  lostEvents: `SELECT ${as({
    epoch: 'epoch',
    partition: 'partition',
    seq: number('seq'),
    at: milliseconds('at'),
    skus: 'skus',
  })} FROM holdfast.lost_events ORDER BY epoch, partition, seq, at`,
  skus: `SELECT ${as({
    sku: 'sku',
    partition: 'partition',
    state: text('state'),
    total: 'total',
    available: 'available',
    held: 'held',
    sold: 'sold',
    reserved: 'reserved',
    buyerLimit: 'buyer_limit',
    holdTtlMs: number('hold_ttl_ms'),
    opensAt: milliseconds('opens_at'),
    closesAt: milliseconds('closes_at'),
    epoch: 'epoch',
    seq: number('seq'),
    definedAt: milliseconds('defined_at'),
    changedAt: milliseconds('changed_at'),
  })} FROM holdfast.skus ORDER BY sku`,
  holds: `SELECT ${as({
    holdId: 'hold_id',
    sku: 'sku',
    partition: 'partition',
    state: text('state'),
    quantity: 'quantity',
    createdEpoch: 'created_epoch',
    createdSeq: number('created_seq'),
    endedSeq: number('ended_seq'),
    createdAt: milliseconds('created_at'),
    expiresAt: milliseconds('expires_at'),
    endedAt: milliseconds('ended_at'),
    buyerId: 'buyer_id',
    paymentRef: 'payment_ref',
  })} FROM holdfast.holds ORDER BY hold_id`,
  history: `SELECT ${as({
    seq: number('seq'),
    epoch: 'epoch',
    partition: 'partition',
    ordinal: 'ordinal',
    at: milliseconds('at'),
    kind: text('kind'),
    cause: text('cause'),
    units: 'units',
    sku: 'sku',
    holdId: 'hold_id',
    adjustmentId: 'adjustment_id',
    fromState: 'from_state',
    toState: 'to_state',
    requestId: 'request_id',
    keyId: 'key_id',
    clientAddress: 'client_address',
    detail: 'detail',
    total: 'total',
    reserved: 'reserved',
  })} FROM holdfast.history ORDER BY epoch, partition, seq, ordinal`,
  quarantine: `SELECT ${as({
    epoch: 'epoch',
    partition: 'partition',
    seq: number('seq'),
    errorCode: 'error_code',
    error: 'error',
    event: 'event',
  })} FROM holdfast.quarantine ORDER BY epoch, partition, seq`,
};

export async function realRows(pool: pg.Pool): Promise<Rows> {
  const tables: Record<string, readonly object[]> = {};
  for (const [table, query] of Object.entries(QUERIES))
    tables[table] = (await pool.query(query)).rows.map(shown);
  return tables;
}

interface EventPlace {
  readonly epoch: number;
  readonly partition: number;
  readonly seq: number;
  readonly ordinal?: number;
}

const byPlace = (a: EventPlace, b: EventPlace): number =>
  a.epoch - b.epoch || a.partition - b.partition || a.seq - b.seq || (a.ordinal ?? 0) - (b.ordinal ?? 0);

export function modelRows(tables: LedgerTables): Rows {
  const byKey = <Row>(table: ReadonlyMap<string, Row>): Row[] =>
    [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return {
    epochs: tables.epochs.map(shown),
    positions: [...tables.positions.values()].sort((a, b) => a.partition - b.partition).map(shown),
    ledgerEvents: [...tables.ledgerEvents.values()].sort(byPlace).map(shown),
    lostEvents: [...tables.lostEvents].sort((a, b) => byPlace(a, b) || a.at - b.at).map(shown),
    skus: byKey(tables.skus).map(shown),
    holds: byKey(tables.holds).map(shown),
    history: [...tables.history].sort(byPlace).map(shown),
    quarantine: [...tables.quarantine.values()].sort(byPlace).map(shown),
  };
}

/** No two clocks say the same, and bytes are easier to read as text. */
function shown(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => {
      if (Buffer.isBuffer(value)) return [column, value.toString('hex')];
      const isWallClock = column === 'at' && typeof value === 'number' && value > WALL_CLOCK_FROM;
      return [column, isWallClock ? 'by a wall clock' : value];
    }),
  );
}
