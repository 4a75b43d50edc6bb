import type pg from 'pg';
import { partitionOf } from '../domain/partition.js';
import { type AuditReport, type Clock, LedgerUnavailable } from '../domain/ports.js';
import { isConserved } from '../domain/sku.js';
import { Pause } from './pause.js';
import { ask } from './queries.js';
import { type Counters, type PartitionCount, type RecountPorts, recountPartition } from './recount.js';
import { sql } from './sql.js';

const READ_POSITION = { name: 'read-position', text: sql('queries/read-position.sql') };
const SUM_HISTORY = { name: 'sum-history', text: sql('queries/sum-history.sql') };
const COUNT_QUARANTINED = { name: 'count-quarantined', text: sql('queries/count-quarantined.sql') };

/** How long an audit waits for the writer to reach the seq that Redis was counted at. */
const LEDGER_WAIT_MS = 5000;
const LEDGER_POLL_MS = 25;

export interface AuditorOptions extends RecountPorts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly partitions: number;
}

interface SumRow {
  readonly sku: string;
  readonly total: string;
  readonly held: string;
  readonly sold: string;
  readonly reserved: string;
}

const NOTHING: Counters = { total: 0, available: 0, held: 0, sold: 0, reserved: 0 };

/**
 * Holds the stock equation against everything that can be counted: the store's counters, its holds one by one, and the sum
 * of the ledger's history, all exactly as of one event.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  /** Counts that have not begun: whoever asks meanwhile shares them, so a thousand audits do not mean a thousand scans. */
  readonly #waiting = new Map<number, Promise<PartitionCount>>();
  readonly #running = new Map<number, Promise<unknown>>();

  constructor(options: AuditorOptions) {
    this.#options = options;
  }

  /** `undefined` for an unknown SKU. Rejects with `LedgerUnavailable` when Redis or Postgres cannot answer in time. */
  async auditSku(sku: string): Promise<AuditReport | undefined> {
    const partition = partitionOf(sku, this.#options.partitions);
    const count = await this.#count(partition);
    if (!count.views.has(sku)) return undefined;
    const [report] = await this.#compare(partition, count, [sku]);
    return report;
  }

  /** All SKUs of a partition, in order of their names. */
  async auditPartition(partition: number): Promise<readonly AuditReport[]> {
    const count = await this.#count(partition);
    return this.#compare(partition, count, [...count.views.keys()].sort());
  }

  /** Every SKU there is, partition by partition. */
  async *auditAll(): AsyncGenerator<AuditReport> {
    for (let partition = 0; partition < this.#options.partitions; partition += 1) {
      yield* await this.auditPartition(partition);
    }
  }

  #count(partition: number): Promise<PartitionCount> {
    const waiting = this.#waiting.get(partition);
    if (waiting !== undefined) return waiting;
    const before = this.#running.get(partition) ?? Promise.resolve();
    const counted = before.then(() => {
      this.#waiting.delete(partition);
      return recountPartition(this.#options, partition);
    });
    this.#waiting.set(partition, counted);
    const settled = counted.then(ignore, ignore);
    this.#running.set(partition, settled);
    void settled.then(() => {
      if (this.#running.get(partition) === settled) this.#running.delete(partition);
    });
    return counted;
  }

  async #compare(
    partition: number,
    count: PartitionCount,
    skus: readonly string[],
  ): Promise<readonly AuditReport[]> {
    const { pool, epoch } = this.#options;
    await this.#waitForLedger(partition, count.seq);
    const rows = await ask<SumRow>(pool, { ...SUM_HISTORY, values: [skus, epoch, count.seq] });
    const sums = new Map(rows.map((row) => [row.sku, sumOf(row)]));
    const reports = skus.map((sku) => reportOf(sku, count, sums.get(sku)));
    if (reports.every(({ conserved }) => conserved)) return reports;
    const note = await this.#quarantineNote(partition, count.seq);
    return reports.map((report) =>
      report.conserved ? report : { ...report, differences: [...report.differences, ...note] },
    );
  }

  async #waitForLedger(partition: number, seq: number): Promise<void> {
    const { pool, clock, epoch } = this.#options;
    const pause = new Pause(clock);
    const deadline = clock.monotonic() + LEDGER_WAIT_MS;
    for (;;) {
      const query = { ...READ_POSITION, values: [partition] };
      const [position] = await ask<{ epoch: number; seq: string }>(pool, query);
      if (position !== undefined && position.epoch === epoch && Number(position.seq) >= seq) return;
      if (clock.monotonic() >= deadline) {
        throw new LedgerUnavailable(
          `the ledger has partition ${partition} up to event ${position?.seq ?? 'none'}, not yet ${seq}`,
        );
      }
      await pause.wait(LEDGER_POLL_MS);
    }
  }

  async #quarantineNote(partition: number, seq: number): Promise<readonly string[]> {
    const values = [partition, this.#options.epoch, seq];
    const [row] = await ask<{ events: number }>(this.#options.pool, { ...COUNT_QUARANTINED, values });
    const events = row?.events ?? 0;
    return events === 0
      ? []
      : [`${events} event(s) of this partition are in quarantine: the ledger lacks what they say.`];
  }
}

function ignore(): void {}

function sumOf(row: SumRow): Counters {
  const total = Number(row.total);
  const held = Number(row.held);
  const sold = Number(row.sold);
  const reserved = Number(row.reserved);
  return { total, available: total - held - sold - reserved, held, sold, reserved };
}

function reportOf(sku: string, count: PartitionCount, sum: Counters | undefined): AuditReport {
  const { total, available, held, sold, reserved } = count.views.get(sku)!;
  const counters = { total, available, held, sold, reserved };
  const recounted = { held: count.held.get(sku) ?? 0 };
  const ledger = { seq: count.seq, ...(sum ?? NOTHING) };
  const differences = [...differencesOf(counters, recounted.held, sum)];
  return {
    sku,
    conserved: differences.length === 0,
    seq: count.seq,
    counters,
    recounted,
    ledger,
    differences,
  };
}

function* differencesOf(
  counters: Counters,
  recounted: number,
  ledger: Counters | undefined,
): Generator<string> {
  if (!isConserved(counters)) {
    const { total, available, held, sold, reserved } = counters;
    yield `Redis: total is ${total}, but available ${available} + held ${held} + sold ${sold} + reserved ${reserved} is ${available + held + sold + reserved}.`;
  }
  if (counters.held !== recounted) {
    yield `Redis: the counter says ${counters.held} units are held, but the live holds add up to ${recounted}.`;
  }
  if (ledger === undefined) {
    yield 'Postgres: the ledger has no history of this SKU.';
    return;
  }
  for (const name of ['total', 'available', 'held', 'sold', 'reserved'] as const) {
    if (counters[name] !== ledger[name]) {
      yield `Postgres: ${name} is ${counters[name]} in Redis, but the ledger's history adds up to ${ledger[name]}.`;
    }
  }
}
