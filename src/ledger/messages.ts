import type { AuditReport, PartitionAuditReport, RepairReport } from '../domain/ports.js';
import type { AuditStats, LedgerStats } from '../domain/stats.js';

/** Something a person should know of at once; the main thread logs it. None of them carries personal data. */
export type LedgerAlarm =
  /** Its events do not follow one another; the other partitions go on. */
  | {
      readonly kind: 'partition_stopped';
      readonly partition: number;
      readonly afterSeq: number;
      readonly detail: string;
    }
  | {
      readonly kind: 'event_quarantined';
      readonly partition: number;
      readonly seq: number;
      readonly code: string;
      readonly detail: string;
    }
  /** Another epoch was minted: this engine must not write or sell any more. */
  | { readonly kind: 'epoch_changed'; readonly expected: number; readonly found: number }
  /** Redis' newest event is older than what Postgres already has. */
  | {
      readonly kind: 'store_rolled_back';
      readonly partition: number;
      readonly head: number;
      readonly written: number;
    }
  | { readonly kind: 'postgres_down'; readonly detail: string }
  | { readonly kind: 'postgres_back' }
  | { readonly kind: 'redis_down'; readonly detail: string }
  | { readonly kind: 'redis_back' }
  | { readonly kind: 'redis_memory_high'; readonly percent: number; readonly refusing: boolean }
  | { readonly kind: 'redis_memory_normal'; readonly percent: number }
  /** The audit found more on sale than there is, and took it off. */
  | { readonly kind: 'stock_withheld'; readonly partition: number; readonly skus: number }
  /** The audit found what it may not put right; `detail` counts the SKUs by remedy. */
  | {
      readonly kind: 'audit_differs';
      readonly partition: number;
      readonly skus: number;
      readonly detail: string;
    }
  /** The writer's thread died; it is started again. */
  | { readonly kind: 'thread_died'; readonly detail: string };

/** What the writer is doing. */
export type WriterState =
  | { readonly kind: 'joining' }
  | { readonly kind: 'leading' }
  /** Another engine's writer leads; this one follows its positions. */
  | { readonly kind: 'following' }
  /** Postgres cannot be reached or does not answer; tried again with growing pauses. */
  | { readonly kind: 'waiting'; readonly failures: number; readonly detail: string }
  /** For good: the epoch is over, or the writer was closed. */
  | { readonly kind: 'stopped'; readonly detail: string };

export interface LedgerStatus extends LedgerStats {
  readonly state: WriterState;
  /** Rows of history a second, over the last sample. */
  readonly rowsPerSecond: number;
  /** Partitions stopped, and why. */
  readonly stopped: readonly { readonly partition: number; readonly detail: string }[];
}

/** What the writer says of itself; the audit adds the rest. */
export type WriterStatus = Omit<LedgerStatus, keyof AuditStats>;

/** What the ledger's thread needs to begin. Plain data: it crosses threads. */
export interface LedgerThreadOptions {
  readonly life: number;
  readonly epoch: number;
  readonly partitions: number;
  readonly redisUrl: string;
  readonly stockReplicas: number;
  readonly databaseUrl: string;
  readonly batchRows: number;
  readonly flushMs: number;
  readonly yieldMs: number;
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly stockTimeoutMs: number;
  readonly memoryAlarmPercent: number;
  readonly memoryRefusePercent: number;
  readonly auditIntervalMs: number;
  readonly sharedState: SharedArrayBuffer;
}

export type ToLedger =
  | { readonly kind: 'status' }
  /** Write everything that is in the streams now, without yielding; answered by `flushed`. */
  | { readonly kind: 'flush'; readonly deadlineMs: number }
  /** Answered by `audited` with the same id. */
  | { readonly kind: 'audit'; readonly id: number; readonly question: AuditQuestion }
  | { readonly kind: 'close' };

export type AuditQuestion =
  | { readonly kind: 'sku'; readonly sku: string }
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'repair'; readonly sku: string; readonly actor: string };

/** `report` is missing for an unknown SKU. Errors do not cross threads as such. */
export type AuditAnswer =
  | { readonly kind: 'report'; readonly report?: AuditReport | PartitionAuditReport | RepairReport }
  | { readonly kind: 'unavailable'; readonly detail: string };

export type FromLedger =
  | { readonly kind: 'status'; readonly status: LedgerStatus }
  | { readonly kind: 'alarm'; readonly alarm: LedgerAlarm }
  | { readonly kind: 'flushed'; readonly drained: boolean }
  | { readonly kind: 'audited'; readonly id: number; readonly answer: AuditAnswer }
  | { readonly kind: 'closed' };
