import type { Command } from './command.js';
import type { ErrorCode } from './errors.js';
import type { Hold, HoldState } from './hold.js';
import type { Outcome } from './outcome.js';
import type { SkuState, SkuView } from './sku.js';

/** Wall and monotonic time in milliseconds, and timers. Injected, so that the simulator can own time. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Monotonic, milliseconds with fractions. */
  monotonic(): number;
  setTimer(delayMs: number, task: () => void): TimerHandle;
}

export interface TimerHandle {
  cancel(): void;
}

/** The actors cannot answer now: a shard starts, or is stuck and about to be replaced. */
export class ActorsUnavailable extends Error {
  override readonly name = 'ActorsUnavailable';
}

/** What the gateway may ask of everything behind it. */
export interface Actors {
  /** Answers exactly once, asynchronously; never throws. */
  submit(command: Command, reply: (outcome: Outcome) => void): void;
  /** Rejects with `ActorsUnavailable`. SKUs in code unit order after `after`, from the actors' views. `now` is Redis time, milliseconds. */
  listSkus(filter: {
    state?: SkuState;
    limit: number;
    after: string;
  }): Promise<{ items: readonly SkuView[]; now: number }>;
}

/**
 * What the board says of a new request, without a thread hop:
 * `ask_new` go on, the key was certainly never seen; `ask` go on, it may have been (or the board cannot know);
 * the rest are refusals that are certainly right for a key never seen.
 */
export type BoardVerdict =
  | 'ask_new'
  | 'ask'
  | Extract<ErrorCode, 'sold_out' | 'not_open' | 'paused' | 'closed'>;

export interface Board {
  /** Looks at a row; `available` and `opensAt` below then tell of the same row until the next look. */
  look(sku: string, quantity: number, fingerprint: number): BoardVerdict;
  readonly available: number;
  /** Redis time, milliseconds; 0 where none is set. */
  readonly opensAt: number;
  /** Remembers the fingerprint of a request that goes on to the actors, before it goes. */
  remember(fingerprint: number): void;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Pass as `after` for the next page; `null` at the end. */
  readonly next: string | null;
}

/** Questions to the ledger. All reject with `LedgerUnavailable` when Postgres cannot answer; `listHolds` also with `InvalidCursor`. */
export interface LedgerQueries {
  findHold(holdId: string): Promise<Hold | undefined>;
  /**
   * Somebody asked for a genuine hold id that neither store knows. Answers false where that cannot be; true, and keeps it for the
   * operator, where the stock store was once recovered: the hold may have been lost then.
   */
  noteUncertainHold(
    holdId: string,
    asked: 'read' | 'confirm' | 'release',
    paymentRef?: string,
  ): Promise<boolean>;
  /** Ordered by (created_at, hold_id); `seq` is the ledger's position in the SKU's partition. */
  listHolds(query: {
    sku: string;
    partition: number;
    state?: HoldState;
    buyerId?: string;
    limit: number;
    after: string;
  }): Promise<Page<Hold> & { readonly seq: number }>;
  audit(sku: string): Promise<AuditReport | undefined>;
  auditPartition(partition: number): Promise<PartitionAuditReport>;
  /** Audits, puts counters right where that is proved, and audits again. `actor`: who asked for it. */
  repair(sku: string, actor: string): Promise<RepairReport | undefined>;
}

/** `after` is not the `next` of an earlier page: the request is at fault. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** The stock equation of one SKU, counted in every way there is, at one seq. */
export interface AuditReport {
  readonly sku: string;
  readonly conserved: boolean;
  readonly seq: number;
  readonly counters: { total: number; available: number; held: number; sold: number; reserved: number };
  /** Recounted in Redis: units of live holds; units held or bought by buyers' records; live holds no deadline will end. */
  readonly recounted: { held: number; buyers: number; withoutDeadline: number };
  /** Summed from the ledger's history up to `seq`. */
  readonly ledger: {
    seq: number;
    total: number;
    available: number;
    held: number;
    sold: number;
    reserved: number;
  };
  /** One sentence for each disagreement; empty when conserved. */
  readonly differences: readonly string[];
  readonly remedy: Remedy;
}

/** All SKUs of a partition at one seq. */
export interface PartitionAuditReport {
  readonly partition: number;
  readonly partitions: number;
  readonly seq: number;
  /** How many SKUs were audited. */
  readonly skus: number;
  /** Those that are not conserved. */
  readonly different: readonly AuditReport[];
}

/**
 * What can be done about differences. `withhold`: only the counters are wrong and offer too much; the engine puts that
 * right by itself. `give_back`: only the counters are wrong and offer too little; on an operator's word, after a second
 * recount. `by_hand`: the sources disagree about what happened; a person has to find out.
 */
export type Remedy = 'none' | 'withhold' | 'give_back' | 'by_hand';

export interface RepairReport {
  readonly sku: string;
  readonly repaired: boolean;
  /** What was done, or why nothing was. */
  readonly detail: string;
  /** As it was before. */
  readonly before: AuditReport;
  /** As it is now; the same as `before` where nothing was done. */
  readonly audit: AuditReport;
}

export type DependencyState =
  | { readonly state: 'ok' }
  | { readonly state: 'degraded'; readonly detail: string }
  | { readonly state: 'down'; readonly detail: string };

/** What `/readyz` shows. `ready` false answers 503. */
export interface Readiness {
  readonly ready: boolean;
  readonly dependencies: Readonly<Record<string, DependencyState>>;
}
