import type { LedgerBatch, LedgerEvent } from './batch.js';

/** How far the ledger has a partition. */
export interface LedgerPosition {
  readonly partition: number;
  readonly epoch: number;
  readonly seq: number;
  /** Redis time of the event `seq`, milliseconds since 1970. */
  readonly at: number;
}

export interface NewestDigest {
  readonly partition: number;
  readonly seq: number;
  readonly digest: Buffer;
}

/**
 * How a transaction ended. `written` is certain, `fenced` and `refused` certainly changed nothing. After `lost` nobody
 * knows (the answer to COMMIT may be what was lost): the positions must be read again before anything else is written.
 */
export type WriteResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string };

/** Postgres as the writer sees it. Only `write` and `quarantine` change anything; neither throws. */
export interface LedgerStore {
  /** In order of partition. Throws when Postgres cannot answer. */
  positions(): Promise<readonly LedgerPosition[]>;
  /** Digest of the newest event of each partition that has one. Throws when Postgres cannot answer. */
  newestDigests(): Promise<readonly NewestDigest[]>;
  /**
   * Whether this writer may lead: at most one holds the advisory lock. It only saves work that the fence would undo, so
   * it is no harm when two believe they lead. Throws when Postgres cannot answer.
   */
  tryLead(): Promise<boolean>;
  write(epoch: number, batch: LedgerBatch): Promise<WriteResult>;
  /** Moves the position over one event, keeping its bytes and the reason instead of its rows. */
  quarantine(
    epoch: number,
    event: LedgerEvent,
    reason: { code: string; detail: string },
  ): Promise<WriteResult>;
  close(): Promise<void>;
}
