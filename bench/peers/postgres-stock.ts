import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { HoldOutcome, HoldRequest, PeerRules, PeerSku, PeerStock } from './contract.js';

/** Stock as one number a SKU, or as one row a unit. */
export type PostgresDesign = 'counter' | 'units';

const STATEMENT_TIMEOUT_MS = 10_000;
/** Defining a million units, and vacuuming them. */
const MAINTENANCE_TIMEOUT_MS = 120_000;

/**
 * A pool that never shrinks, on tables made here; the database must be empty. `connections`: more than Postgres has work for
 * only adds waiting to the locks.
 */
export async function openPool(url: string, design: PostgresDesign, connections: number): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    min: connections,
    max: connections,
    idleTimeoutMillis: 0,
    // Whoever sends several statements of a transaction at once need not wait for each answer.
    pipeline: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  pool.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await pool.query(`${schema('common')} ${schema(design)}`);
  return pool;
}

/** Not compiled, so beside the source and not in dist/. */
function schema(name: 'common' | PostgresDesign): string {
  return readFileSync(new URL(`../../../bench/peers/sql/${name}.sql`, import.meta.url), 'utf8');
}

/** What both ways of taking a hold in Postgres have in common. */
export abstract class PostgresStock implements PeerStock {
  protected readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  abstract hold(request: HoldRequest): Promise<HoldOutcome>;

  async define(sku: string, { total, buyerLimit, holdTtlMs }: PeerRules): Promise<void> {
    await this.#patiently(async (client) => {
      await client.query('SELECT define_sku($1, $2, $3, $4)', [sku, total, buyerLimit, holdTtlMs]);
      // Plans are made for the table as it is now, not for the empty one.
      await client.query('VACUUM (ANALYZE)');
    });
  }

  /** Dead rows and old statistics, which autovacuum would come for within seconds. */
  async settle(): Promise<void> {
    await this.#patiently((client) => client.query('VACUUM (ANALYZE)'));
  }

  async #patiently(action: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query(`SET statement_timeout = ${MAINTENANCE_TIMEOUT_MS}`);
      await action(client);
    } finally {
      await client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      client.release();
    }
  }

  async read(sku: string): Promise<PeerSku | undefined> {
    const { rows } = await this.pool.query<PeerSku>('SELECT * FROM stock WHERE sku = $1', [sku]);
    return rows[0];
  }

  async expireDue(limit: number): Promise<number> {
    const { rows } = await this.pool.query<{ ended: number }>('SELECT expire_holds($1) AS ended', [limit]);
    return rows[0]!.ended;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
