import type { StockEvent } from '../domain/event.js';
import type { Clock } from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type { StockStore } from '../domain/stock-call.js';
import type { BoardRow } from './board.js';
import type { BoardMemory } from './board-memory.js';
import type { Outlet } from './outlet.js';

/** Settings a shard goes by; see `settings.ts` for what each means. Milliseconds where the name says so. */
export interface ShardLimits {
  readonly requestBudgetMs: number;
  readonly mailboxCommands: number;
  readonly mailboxWaitMs: number;
  readonly boardFreshMs: number;
  readonly pollMs: number;
  readonly unknownSkuMs: number;
  readonly idempotencyRetentionMs: number;
  readonly eventRetentionMs: number;
}

/** Events of a partition after `afterSeq`, oldest first, at most `limit`. Rejects when they cannot be read. */
export interface ForeignEvents {
  read(partition: number, afterSeq: number, limit: number): Promise<readonly StockEvent[]>;
}

export interface ShardOptions<Ticket> {
  readonly index: number;
  /** The partitions this shard owns. */
  readonly owned: readonly number[];
  /** P of the deployment. */
  readonly partitions: number;
  readonly epoch: number;
  readonly life: number;
  readonly limits: ShardLimits;
  readonly clock: Clock;
  readonly store: StockStore;
  readonly events: ForeignEvents;
  readonly shared: SharedState;
  readonly board: BoardMemory;
  readonly outlet: Outlet<Ticket>;
  /** Runs a task once what came together has been taken in. */
  readonly soon: (task: () => void) => void;
  /** From an earlier life: rows its SKUs have, and per partition the seq up to which all keys are known. */
  readonly rows: readonly BoardRow[];
  readonly keysKnown: ReadonlyMap<number, number>;
}
