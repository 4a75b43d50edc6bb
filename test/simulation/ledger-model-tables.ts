import type { SkuAfter } from '../../src/domain/own-event.js';

/** The ledger's tables as the migrations leave them; a row has its columns under their names in camel case. */
export interface EpochRow {
  readonly epoch: number;
  readonly reason: string;
  readonly stockReady: boolean;
}

export interface PositionRow {
  readonly partition: number;
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  readonly acknowledged: number;
}

export interface LedgerEventRow {
  readonly epoch: number;
  readonly partition: number;
  readonly seq: number;
  readonly at: number;
  readonly digest: Buffer | null;
  readonly quarantined: boolean;
}

export interface LostEventRow {
  readonly epoch: number;
  readonly partition: number;
  readonly seq: number;
  readonly at: number;
  readonly skus: readonly SkuAfter[];
}

export interface SkuRow {
  readonly sku: string;
  readonly partition: number;
  readonly state: string;
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly reserved: number;
  readonly buyerLimit: number;
  readonly holdTtlMs: number;
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  readonly epoch: number;
  readonly seq: number;
  readonly definedAt: number;
  readonly changedAt: number;
}

export interface HoldRow {
  readonly holdId: string;
  readonly sku: string;
  readonly partition: number;
  readonly state: string;
  readonly quantity: number;
  readonly createdEpoch: number;
  readonly createdSeq: number;
  readonly endedSeq: number | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly buyerId: string;
  readonly paymentRef: string | null;
}

export interface HistoryRow {
  readonly seq: number;
  readonly epoch: number;
  readonly partition: number;
  readonly ordinal: number;
  readonly at: number;
  readonly kind: string;
  readonly cause: string;
  readonly units: number;
  readonly sku: string;
  readonly holdId: string | null;
  readonly adjustmentId: string | null;
  readonly fromState: string | null;
  readonly toState: string | null;
  readonly requestId: string | null;
  readonly keyId: string | null;
  readonly clientAddress: string | null;
  readonly detail: string | null;
  readonly total: number | null;
  readonly reserved: number | null;
}

export interface QuarantineRow {
  readonly epoch: number;
  readonly partition: number;
  readonly seq: number;
  readonly errorCode: string;
  readonly error: string;
  readonly event: Buffer;
}

export interface DeploymentRow {
  readonly partitions: number;
  readonly holdIdSecret: string | null;
  /** What the given or minted secret was: the model has no need to keep a digest in its place. */
  readonly secret: string;
}

/** The key of an event in `ledgerEvents` and `quarantine`. */
export function eventKey(epoch: number, partition: number, seq: number): string {
  return `${epoch}/${partition}/${seq}`;
}

/** All tables, with the changes of the transaction under way in a log to undo them by: rows are replaced, never altered. */
export class LedgerTables {
  deployment: DeploymentRow | undefined;
  readonly epochs: EpochRow[] = [];
  readonly positions = new Map<number, PositionRow>();
  readonly ledgerEvents = new Map<string, LedgerEventRow>();
  readonly lostEvents: LostEventRow[] = [];
  readonly skus = new Map<string, SkuRow>();
  readonly holds = new Map<string, HoldRow>();
  readonly history: HistoryRow[] = [];
  readonly quarantine = new Map<string, QuarantineRow>();
  readonly #undo: (() => void)[] = [];

  put<Key, Row>(table: Map<Key, Row>, key: Key, row: Row): void {
    const before = table.get(key);
    this.#undo.push(before === undefined ? () => table.delete(key) : () => table.set(key, before));
    table.set(key, row);
  }

  appendHistory(row: HistoryRow): void {
    this.#undo.push(() => this.history.pop());
    this.history.push(row);
  }

  commit(): void {
    this.#undo.length = 0;
  }

  rollBack(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }
}
