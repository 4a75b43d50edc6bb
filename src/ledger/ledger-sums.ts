import type pg from 'pg';
import type { SkuCounters } from '../domain/sku.js';
import { numberArray, textArray } from './columns.js';
import { ask } from './queries.js';
import { sql } from './sql.js';

const READ_POSITION = { name: 'read-position', text: sql('queries/read-position.sql') };
const SUM_HISTORY = { name: 'sum-history', text: sql('queries/sum-history.sql') };
const COUNT_QUARANTINED = { name: 'count-quarantined', text: sql('queries/count-quarantined.sql') };
const KEEP_CHECKPOINTS = { name: 'keep-checkpoints', text: sql('statements/keep-checkpoints.sql') };

/** An event of a partition, in a life of the store. */
export interface EventPlace {
  readonly epoch: number;
  readonly seq: number;
}

/** The ledger as the audit sees it. Everything rejects with `LedgerUnavailable` when it cannot answer. */
export interface LedgerSums {
  /** The newest event the ledger has of a partition. */
  position(partition: number): Promise<EventPlace | undefined>;
  /**
   * What the history of each SKU adds up to, up to and including an event of its partition; SKUs without any are missing.
   * `fromCheckpoints`: adds only what came since the sums kept last.
   */
  sums(
    skus: readonly string[],
    until: EventPlace,
    fromCheckpoints: boolean,
  ): Promise<ReadonlyMap<string, SkuCounters>>;
  /** Events of the partition, up to and including one, that are in quarantine. */
  quarantined(partition: number, until: EventPlace): Promise<number>;
  /** Keeps sums that were found right. */
  keep(at: EventPlace, sums: ReadonlyMap<string, SkuCounters>): Promise<void>;
}

interface SumRow {
  readonly sku: string;
  readonly total: string;
  readonly held: string;
  readonly sold: string;
  readonly reserved: string;
}

export class PostgresLedgerSums implements LedgerSums {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async position(partition: number): Promise<EventPlace | undefined> {
    const query = { ...READ_POSITION, values: [partition] };
    const [row] = await ask<{ epoch: number; seq: string }>(this.#pool, query);
    return row && { epoch: row.epoch, seq: Number(row.seq) };
  }

  async sums(
    skus: readonly string[],
    { epoch, seq }: EventPlace,
    fromCheckpoints: boolean,
  ): Promise<ReadonlyMap<string, SkuCounters>> {
    const values = [textArray(skus), epoch, seq, fromCheckpoints];
    const rows = await ask<SumRow>(this.#pool, { ...SUM_HISTORY, values });
    return new Map(rows.map((row) => [row.sku, countersOf(row)]));
  }

  async quarantined(partition: number, { epoch, seq }: EventPlace): Promise<number> {
    const query = { ...COUNT_QUARANTINED, values: [partition, epoch, seq] };
    const [row] = await ask<{ events: number }>(this.#pool, query);
    return row?.events ?? 0;
  }

  async keep({ epoch, seq }: EventPlace, sums: ReadonlyMap<string, SkuCounters>): Promise<void> {
    const counters = [...sums.values()];
    const column = (name: keyof SkuCounters): string => numberArray(counters.map((one) => one[name]));
    const values = [
      ...[epoch, seq, textArray([...sums.keys()]), column('total')],
      ...[column('held'), column('sold'), column('reserved')],
    ];
    await ask(this.#pool, { ...KEEP_CHECKPOINTS, values });
  }
}

function countersOf(row: SumRow): SkuCounters {
  const total = Number(row.total);
  const held = Number(row.held);
  const sold = Number(row.sold);
  const reserved = Number(row.reserved);
  return { total, available: total - held - sold - reserved, held, sold, reserved };
}
