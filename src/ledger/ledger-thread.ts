import { Worker } from 'node:worker_threads';
import type { Config } from '../config.js';
import {
  type AuditReport,
  LedgerUnavailable,
  type PartitionAuditReport,
  type RepairReport,
} from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type {
  AuditAnswer,
  AuditQuestion,
  FromLedger,
  LedgerAlarm,
  LedgerStatus,
  LedgerThreadOptions,
  ToLedger,
} from './messages.js';

const ENTRY = new URL('./thread.js', import.meta.url);
const RESTART_MS = 250;
const RESTART_MS_MAX = 10_000;
/** A life this long counts as healthy: the next restart is quick again. */
const HEALTHY_MS = 60_000;
const CLOSE_MS = 5000;
const NO_THREAD = "the ledger's thread is being started again";

export interface LedgerThreadHandlers {
  /** About once a second, and after `refresh`. */
  onStatus(status: LedgerStatus): void;
  onAlarm(alarm: LedgerAlarm): void;
}

/** Settings of the ledger's thread from those of the engine. */
export function ledgerThreadOptions(
  config: Config,
  deployment: { readonly epoch: number; readonly partitions: number },
  shared: SharedState,
): Omit<LedgerThreadOptions, 'life'> {
  return {
    epoch: deployment.epoch,
    partitions: deployment.partitions,
    redisUrl: config.REDIS_URL,
    stockReplicas: config.STOCK_REPLICAS,
    databaseUrl: config.DATABASE_URL,
    batchRows: config.LEDGER_BATCH_ROWS,
    flushMs: config.LEDGER_FLUSH_MS,
    yieldMs: config.LEDGER_YIELD_MS,
    statementTimeoutMs: config.LEDGER_STATEMENT_TIMEOUT_MS,
    queryTimeoutMs: config.LEDGER_QUERY_TIMEOUT_MS,
    stockTimeoutMs: config.STOCK_TIMEOUT_MS,
    memoryAlarmPercent: config.REDIS_MEMORY_ALARM_PERCENT,
    memoryRefusePercent: config.REDIS_MEMORY_REFUSE_PERCENT,
    auditIntervalMs: config.AUDIT_INTERVAL_MS,
    sharedState: shared.buffer,
  };
}

/**
 * The ledger writer as the main thread sees it. A thread that dies is started again with growing pauses: it keeps nothing
 * that is not in Postgres, so nothing is lost but time.
 */
export class LedgerThread {
  readonly #options: Omit<LedgerThreadOptions, 'life'>;
  readonly #handlers: LedgerThreadHandlers;
  readonly #entry: URL;
  #worker: Worker | undefined;
  #life = 0;
  #restarts = 0;
  /** Deaths since the last healthy life. */
  #deaths = 0;
  #startedAt = 0;
  #closing = false;
  #closed: Promise<void> | undefined;
  #status: LedgerStatus | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  readonly #flushed = new Set<(drained: boolean) => void>();
  readonly #audits = new Map<number, (answer: AuditAnswer) => void>();
  #lastAudit = 0;
  #ended: (() => void) | undefined;

  /** `entry`: another thread than the ledger's, for tests. */
  constructor(
    options: Omit<LedgerThreadOptions, 'life'>,
    handlers: LedgerThreadHandlers,
    entry: URL = ENTRY,
  ) {
    this.#options = options;
    this.#handlers = handlers;
    this.#entry = entry;
    this.#start();
  }

  /** The newest report; `undefined` before the first. */
  status(): LedgerStatus | undefined {
    return this.#status;
  }

  /** How often the thread died and was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Asks for a report now; it comes to `onStatus`. */
  refresh(): void {
    this.#post({ kind: 'status' });
  }

  /**
   * Writes everything that is in the streams now. Answers whether all of it is in Postgres; false after `deadlineMs` at the
   * latest, also when the thread dies meanwhile. What is left stays in Redis for the next writer.
   */
  flush(deadlineMs: number): Promise<boolean> {
    if (this.#worker === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const answer = (drained: boolean): void => {
        clearTimeout(timer);
        this.#flushed.delete(answer);
        resolve(drained);
      };
      const timer = setTimeout(() => answer(false), deadlineMs);
      this.#flushed.add(answer);
      this.#post({ kind: 'flush', deadlineMs });
    });
  }

  /** `undefined` for an unknown SKU. Rejects with `LedgerUnavailable`. */
  async auditSku(sku: string): Promise<AuditReport | undefined> {
    return (await this.#audit({ kind: 'sku', sku })) as AuditReport | undefined;
  }

  async auditPartition(partition: number): Promise<PartitionAuditReport> {
    return (await this.#audit({ kind: 'partition', partition })) as PartitionAuditReport;
  }

  /** The same, putting counters right where that is proved; `actor` is who asked for it. */
  async repairSku(sku: string, actor: string): Promise<RepairReport | undefined> {
    return (await this.#audit({ kind: 'repair', sku, actor })) as RepairReport | undefined;
  }

  async #audit(question: AuditQuestion): Promise<object | undefined> {
    if (this.#worker === undefined) throw new LedgerUnavailable(NO_THREAD);
    this.#lastAudit += 1;
    const id = this.#lastAudit;
    const answer = await new Promise<AuditAnswer>((resolve) => {
      this.#audits.set(id, resolve);
      this.#post({ kind: 'audit', id, question });
    });
    this.#audits.delete(id);
    if (answer.kind === 'unavailable') throw new LedgerUnavailable(answer.detail);
    return answer.report;
  }

  /** Ends the thread after the transaction under way, by force after 5 s. Repeating waits for the same end. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#post({ kind: 'close' });
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): void {
    this.#startedAt = performance.now();
    const workerData: LedgerThreadOptions = { ...this.#options, life: this.#life };
    const worker = new Worker(this.#entry, { workerData, name: 'ledger' });
    this.#worker = worker;
    let reason = 'ended without being asked to';
    worker.on('message', (message: FromLedger) => this.#heard(message));
    worker.on('error', (error) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => this.#exited(reason));
  }

  #heard(message: FromLedger): void {
    switch (message.kind) {
      case 'status':
        this.#status = message.status;
        this.#handlers.onStatus(message.status);
        break;
      case 'alarm':
        this.#handlers.onAlarm(message.alarm);
        break;
      case 'flushed':
        for (const answer of [...this.#flushed]) answer(message.drained);
        break;
      case 'audited':
        this.#audits.get(message.id)?.(message.answer);
        break;
      case 'closed':
        break;
    }
  }

  #exited(reason: string): void {
    this.#worker = undefined;
    for (const answer of [...this.#flushed]) answer(false);
    for (const answer of this.#audits.values()) answer({ kind: 'unavailable', detail: NO_THREAD });
    this.#ended?.();
    // A thread that ended because its epoch is over is not started again: the new one would only see the same.
    if (this.#closing || this.#status?.state.kind === 'stopped') return;
    this.#handlers.onAlarm({ kind: 'thread_died', detail: reason });
    if (performance.now() - this.#startedAt > HEALTHY_MS) this.#deaths = 0;
    const delay = Math.min(RESTART_MS * 2 ** Math.min(this.#deaths, 10), RESTART_MS_MAX);
    this.#deaths += 1;
    this.#restarts += 1;
    this.#reportDeath(reason);
    this.#life += 1;
    this.#restartTimer = setTimeout(() => this.#start(), delay);
  }

  /** The last report came from a thread that is gone: it must not go on looking healthy. */
  #reportDeath(reason: string): void {
    if (this.#status === undefined) return;
    const detail = `the ledger's thread died: ${reason.slice(0, 200)}`;
    const state = { kind: 'waiting', failures: this.#deaths, detail } as const;
    this.#status = { ...this.#status, leader: false, state };
    this.#handlers.onStatus(this.#status);
  }

  #post(message: ToLedger): void {
    this.#worker?.postMessage(message);
  }
}
