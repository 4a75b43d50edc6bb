import type { Clock } from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type { AuditStats } from '../domain/stats.js';
import type { StockStore } from '../domain/stock-call.js';
import type { EventSource } from '../events/reader.js';
import { Auditor } from './audit.js';
import { BackgroundAudit } from './background-audit.js';
import { PostgresLedgerSums } from './ledger-sums.js';
import type { AuditAnswer, AuditQuestion, LedgerAlarm, LedgerThreadOptions } from './messages.js';
import { ledgerPool } from './pool.js';
import type { LedgerWriter } from './writer.js';

/** How long an audit keeps the writer from waiting and yielding. */
const HURRY_MS = 10_000;

export interface AuditDeskPorts {
  readonly store: StockStore;
  readonly source: EventSource;
  readonly writer: LedgerWriter;
  readonly clock: Clock;
  readonly shared: SharedState;
  alarm(alarm: LedgerAlarm): void;
}

/** All audits of an engine, in the ledger's thread: those in the background and those that somebody asks for. */
export class AuditDesk {
  readonly #auditor: Auditor;
  readonly #background: BackgroundAudit;
  readonly #pool: ReturnType<typeof ledgerPool>;

  constructor(options: LedgerThreadOptions, { store, source, writer, clock, shared, alarm }: AuditDeskPorts) {
    const { epoch, partitions, auditIntervalMs } = options;
    // The writer, which asks all the time, raises the alarm about Postgres.
    this.#pool = ledgerPool(
      {
        DATABASE_URL: options.databaseUrl,
        LEDGER_STATEMENT_TIMEOUT_MS: options.statementTimeoutMs,
        LEDGER_QUERY_TIMEOUT_MS: options.queryTimeoutMs,
      },
      () => undefined,
    );
    const hurry = (): void => void writer.flush(HURRY_MS);
    this.#auditor = new Auditor({
      store,
      source,
      ledger: new PostgresLedgerSums(this.#pool),
      clock,
      epoch,
      partitions,
      hurry,
    });
    this.#background = new BackgroundAudit(
      { partitions, intervalMs: auditIntervalMs },
      { auditor: this.#auditor, clock, shared, alarm, leads: () => writer.state.kind === 'leading' },
    );
  }

  stats(): AuditStats {
    return this.#background.stats();
  }

  /** Audits in the background until `close`. Never rejects. */
  run(): Promise<void> {
    return this.#background.run();
  }

  async answer(question: AuditQuestion): Promise<AuditAnswer> {
    try {
      const report = await this.#ask(question);
      return { kind: 'report', ...(report === undefined ? {} : { report }) };
    } catch (error) {
      return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Does not wait for a statement that is under way. */
  close(): void {
    this.#background.close();
    void this.#pool.end();
  }

  #ask(question: AuditQuestion) {
    switch (question.kind) {
      case 'sku':
        return this.#auditor.auditSku(question.sku);
      case 'partition':
        return this.#auditor.auditPartition(question.partition);
      case 'repair':
        return this.#auditor.repairSku(question.sku, question.actor);
    }
  }
}
