import { Redis } from 'ioredis';
import pg from 'pg';

export type HoldState = 'held' | 'confirmed' | 'released' | 'expired';
const HOLD_STATES: readonly HoldState[] = ['held', 'confirmed', 'released', 'expired'];

/** A hold as one of the stores has it. */
export interface StoredHold {
  readonly sku: string;
  readonly buyer: string;
  readonly quantity: number;
  readonly state: HoldState;
  readonly expiresAt: number;
  /** 0 while held. */
  readonly endedAt: number;
  readonly paymentRef: string;
}

/** Counters of a SKU as Redis has them. */
export interface StoredSku {
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly reserved: number;
}

export interface LedgerPartition {
  readonly events: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly position: number;
  readonly withoutDigest: number;
}

const SCAN_COUNT = 2000;

/**
 * Both stores, read raw: nothing of the engine's own code is used, only the forms that `lua/README.md` and the migrations
 * document, so a mistake there cannot hide itself here.
 */
export class Stores {
  readonly redis: Redis;
  readonly pool: pg.Pool;
  readonly partitions: number;

  constructor(redisUrl: string, databaseUrl: string, partitions = 16) {
    this.partitions = partitions;
    this.redis = new Redis(redisUrl, { maxRetriesPerRequest: 3 });
    this.redis.on('error', () => undefined);
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    this.pool.on('error', () => undefined);
  }

  /** Both stores answer, and are stores of an engine. Rejects with what they say; a Redis Cluster is not read here. */
  async check(): Promise<void> {
    const info = await this.redis.info('cluster');
    if (info.includes('cluster_enabled:1')) throw new Error('this is a Redis Cluster, and one Redis is read');
    await this.ledgerPositions();
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.pool.end();
  }

  /** Every hold of a partition whose SKU is one of these, by id. */
  async redisHolds(partition: number, skus: ReadonlySet<string>): Promise<ReadonlyMap<string, StoredHold>> {
    const holds = new Map<string, StoredHold>();
    let cursor = '0';
    do {
      const [next, fields] = await this.redis.hscanBuffer(
        `{p${partition}}:holds`,
        cursor,
        'COUNT',
        SCAN_COUNT,
      );
      for (let index = 0; index < fields.length; index += 2) {
        const hold = unpackHold(fields[index + 1]!);
        if (skus.has(hold.sku)) holds.set(fields[index]!.toString('latin1'), hold);
      }
      cursor = next.toString();
    } while (cursor !== '0');
    return holds;
  }

  /** `sku|buyer` → units, of these SKUs. */
  async redisBuyers(partition: number, skus: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
    const units = new Map<string, number>();
    let cursor = '0';
    do {
      const [next, fields] = await this.redis.hscanBuffer(
        `{p${partition}}:buyers`,
        cursor,
        'COUNT',
        SCAN_COUNT,
      );
      for (let index = 0; index < fields.length; index += 2) {
        const key = fields[index]!.toString('latin1');
        if (skus.has(key.slice(0, key.indexOf('|')))) units.set(key, fields[index + 1]!.readUInt32BE(0));
      }
      cursor = next.toString();
    } while (cursor !== '0');
    return units;
  }

  /** The counters of those SKUs that the partition has. */
  async redisSkus(partition: number, skus: readonly string[]): Promise<ReadonlyMap<string, StoredSku>> {
    const found = new Map<string, StoredSku>();
    if (skus.length === 0) return found;
    const records = await this.redis.hmgetBuffer(`{p${partition}}:skus`, ...skus);
    for (const [index, record] of records.entries()) {
      if (record === null) continue;
      const number = (at: number): number => record.readUInt32BE(1 + 4 * at);
      const [total, available, held, sold, reserved] = [
        number(0),
        number(1),
        number(2),
        number(3),
        number(4),
      ];
      found.set(skus[index]!, { total, available, held, sold, reserved });
    }
    return found;
  }

  /** Seq of each partition's newest event by Redis' own account, and by its stream (0: it was trimmed empty). */
  async redisHeads(): Promise<readonly { readonly seq: number; readonly stream: number }[]> {
    const partitions = Array.from({ length: this.partitions }, (_, partition) => partition);
    return await Promise.all(
      partitions.map(async (partition) => {
        const seq = Number(await this.redis.hget(`{p${partition}}:meta`, 'seq'));
        const [newest] = await this.redis.xrevrange(`{p${partition}}:events`, '+', '-', 'COUNT', 1);
        return { seq, stream: newest === undefined ? 0 : Number(newest[0].split('-')[0]) };
      }),
    );
  }

  async ledgerPositions(): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ partition: number; seq: string }>(
      'SELECT partition, seq FROM holdfast.ledger_position ORDER BY partition',
    );
    return rows.map(({ seq }) => Number(seq));
  }

  /** What the ledger has of each partition, counted event by event. */
  async ledgerEvents(): Promise<readonly LedgerPartition[]> {
    const { rows } = await this.pool.query<Record<string, string>>(`
      SELECT p.seq AS position, count(e.seq) AS events, coalesce(min(e.seq), 1) AS first, coalesce(max(e.seq), 0) AS last,
        count(*) FILTER (WHERE e.seq IS NOT NULL AND (e.digest IS NULL OR e.quarantined)) AS without_digest
      FROM holdfast.ledger_position AS p LEFT JOIN holdfast.ledger_events AS e USING (epoch, partition)
      GROUP BY p.partition, p.seq ORDER BY p.partition`);
    return rows.map((row) => ({
      events: Number(row.events),
      firstSeq: Number(row.first),
      lastSeq: Number(row.last),
      position: Number(row.position),
      withoutDigest: Number(row.without_digest),
    }));
  }

  /** Every hold of these SKUs in a partition, as the ledger has them, by id. */
  async ledgerHolds(partition: number, skus: readonly string[]): Promise<ReadonlyMap<string, StoredHold>> {
    const { rows } = await this.pool.query<(string | number)[]>({
      rowMode: 'array',
      text: `
        SELECT hold_id, sku, buyer_id, quantity, state, (extract(epoch FROM expires_at) * 1000)::double precision,
          coalesce(extract(epoch FROM ended_at) * 1000, 0)::double precision, coalesce(payment_ref, '')
        FROM holdfast.holds WHERE partition = $1 AND sku = ANY ($2::text[])`,
      values: [partition, skus],
    });
    return new Map(
      rows.map(([id, sku, buyer, quantity, state, expiresAt, endedAt, payment]) => [
        String(id),
        {
          sku: String(sku),
          buyer: String(buyer),
          quantity: Number(quantity),
          state: state as HoldState,
          expiresAt: Number(expiresAt),
          endedAt: Number(endedAt),
          paymentRef: String(payment),
        },
      ]),
    );
  }

  /** The most units of each SKU that were ever held or sold at once, by the ledger's history, event by event. */
  async peakUnits(skus: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ sku: string; peak: string }>(
      `SELECT sku, max(units) AS peak FROM (
         SELECT sku, sum(CASE kind WHEN 'held' THEN units WHEN 'released' THEN -units WHEN 'expired' THEN -units ELSE 0 END)
           OVER (PARTITION BY sku ORDER BY epoch, seq, ordinal) AS units
         FROM holdfast.history WHERE sku = ANY ($1::text[])) AS running
       GROUP BY sku`,
      [skus],
    );
    return new Map(rows.map(({ sku, peak }) => [sku, Number(peak)]));
  }

  /** Buyers who ever had more units of a SKU than `limit` at once, by the ledger's history. */
  async buyersOverLimit(sku: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ buyer_id: string; peak: string }>(
      `SELECT buyer_id, max(units) AS peak FROM (
         SELECT h.buyer_id,
           sum(CASE kind WHEN 'held' THEN units WHEN 'released' THEN -units WHEN 'expired' THEN -units ELSE 0 END)
           OVER (PARTITION BY h.buyer_id ORDER BY y.epoch, y.seq, y.ordinal) AS units
         FROM holdfast.history AS y JOIN holdfast.holds AS h USING (hold_id) WHERE y.sku = $1) AS running
       GROUP BY buyer_id HAVING max(units) > $2 LIMIT 5`,
      [sku, limit],
    );
    return rows.map(({ buyer_id, peak }) => `${buyer_id} had ${peak}`);
  }

  /** When the first hold of a SKU was made, ms since 1970; undefined when none was. */
  async firstHoldAt(sku: string): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ at: number | null }>(
      'SELECT (extract(epoch FROM min(created_at)) * 1000)::double precision AS at FROM holdfast.holds WHERE sku = $1',
      [sku],
    );
    return rows[0]?.at ?? undefined;
  }

  /** How the holds ended that ended by themselves, of the SKUs that begin so. Milliseconds. */
  async expiries(
    prefix: string,
  ): Promise<{ readonly expired: number; readonly latenessMs: number; readonly spreadMs: number }> {
    const { rows } = await this.pool.query<{ expired: string; lateness: number; spread: number }>(
      `SELECT count(*) AS expired,
         coalesce(extract(epoch FROM max(ended_at - expires_at)) * 1000, 0)::double precision AS lateness,
         coalesce(extract(epoch FROM max(expires_at) - min(expires_at)) * 1000, 0)::double precision AS spread
       FROM holdfast.holds WHERE state = 'expired' AND starts_with(sku, $1)`,
      [prefix],
    );
    const { expired, lateness, spread } = rows[0]!;
    return { expired: Number(expired), latenessMs: lateness, spreadMs: spread };
  }
}

/** `lua/library/hold.lua`: state, quantity, deadline, `sku|buyer`; once ended `|`, when, and the payment reference. */
function unpackHold(record: Buffer): StoredHold {
  const state = HOLD_STATES[record[0]!]!;
  const head = { state, quantity: record.readUInt16BE(1), expiresAt: record.readUIntBE(3, 6) };
  const bar = record.indexOf('|', 9);
  const sku = record.toString('latin1', 9, bar);
  if (state === 'held')
    return { ...head, sku, buyer: record.toString('latin1', bar + 1), endedAt: 0, paymentRef: '' };
  const second = record.indexOf('|', bar + 1);
  return {
    ...head,
    sku,
    buyer: record.toString('latin1', bar + 1, second),
    endedAt: record.readUIntBE(second + 1, 6),
    paymentRef: record.toString('utf8', second + 7),
  };
}
