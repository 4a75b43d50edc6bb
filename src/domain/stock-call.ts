import type { Hold } from './hold.js';
import type { SkuAction, SkuCounters, SkuDefinition, SkuPatch, SkuView } from './sku.js';

/**
 * Calls of the function library in `lua/`, as typed data: one call is one FCALL on one partition, atomic there. What each
 * does, its keys, arguments and answers are described in `lua/README.md` and the files' headers.
 */
export interface HoldRequest {
  readonly holdId: string;
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity: number;
  /** Redis time in milliseconds after which the command must not happen. */
  readonly notAfter: number;
  readonly actor: string;
}

export interface ConfirmRequest {
  readonly holdId: string;
  readonly paymentRef: string;
  readonly notAfter: number;
  readonly actor: string;
}

export interface ReleaseRequest {
  readonly holdId: string;
  readonly notAfter: number;
  readonly actor: string;
}

export interface AdjustRequest {
  readonly sku: string;
  readonly adjustmentId: string;
  readonly delta: number;
  readonly reason: string;
  readonly notAfter: number;
  readonly actor: string;
}

/**
 * What the counters of a SKU should be, as recounted at one seq; `available` is what is left of the total. The script brings
 * that to the partition's seq itself, over 32 events at most (else `recount_is_old`). More available than now is refused
 * (`gives_back`) unless the partition is still at that seq, and a second recount at the same seq found the same.
 */
export interface RepairRequest {
  readonly sku: string;
  readonly seq: number;
  readonly counters: Omit<SkuCounters, 'available'>;
  /** Seq of the second recount; 0 where there was only one. */
  readonly secondSeq: number;
  readonly notAfter: number;
  readonly actor: string;
}

/** A hold as the ledger has it, to be put back. */
export interface RestoredHold {
  readonly hold: Hold;
  /** Redis time, milliseconds, when it stops answering replays; 0 while it is held. */
  readonly forgottenAt: number;
  /** Events of its partition may be missing: when it ends unpaid its units go to `reserved`, not back on sale. */
  readonly withholds: boolean;
}

export interface RestoredBuyer {
  readonly sku: string;
  readonly buyerId: string;
  /** Held or bought. */
  readonly units: number;
  /** Live holds, newest last, 16 at most. */
  readonly holdIds: readonly string[];
}

export interface RestoredAdjustment {
  readonly adjustmentId: string;
  readonly sku: string;
  readonly delta: number;
  readonly reason: string;
  readonly forgottenAt: number;
}

/** Part of what the ledger has of a partition; 1,000 items at most. Holds in the order they are due. */
export interface RestorePage {
  readonly skus: readonly SkuView[];
  readonly definitions: readonly SkuDefinition[];
  readonly holds: readonly RestoredHold[];
  readonly buyers: readonly RestoredBuyer[];
  readonly adjustments: readonly RestoredAdjustment[];
}

interface CallScope {
  readonly partition: number;
  readonly epoch: number;
  /** Highest seq of this partition that this engine has seen; a store behind it was rolled back and refuses. */
  readonly seqSeen: number;
}

export type StockCall = CallScope &
  (
    | { readonly operation: 'hold'; readonly items: readonly HoldRequest[] }
    | { readonly operation: 'confirm'; readonly items: readonly ConfirmRequest[] }
    | { readonly operation: 'release'; readonly items: readonly ReleaseRequest[] }
    | { readonly operation: 'read_holds'; readonly holdIds: readonly string[] }
    | { readonly operation: 'read_skus'; readonly skus: readonly string[] }
    | {
        readonly operation: 'define';
        readonly definition: SkuDefinition;
        readonly notAfter: number;
        readonly actor: string;
      }
    | {
        readonly operation: 'patch';
        readonly patch: SkuPatch;
        readonly notAfter: number;
        readonly actor: string;
      }
    | {
        readonly operation: 'change_state';
        readonly sku: string;
        readonly action: SkuAction;
        readonly notAfter: number;
        readonly actor: string;
      }
    | ({ readonly operation: 'adjust' } & AdjustRequest)
    | ({ readonly operation: 'repair' } & RepairRequest)
    | {
        readonly operation: 'expire';
        /** Most holds touched in this call. */
        readonly limit: number;
        readonly retentionMs: number;
        /** Seq up to which the ledger has this partition: ended holds are forgotten only behind it. */
        readonly ledgerSeq: number;
      }
    | { readonly operation: 'head' }
    | { readonly operation: 'page_skus'; readonly cursor: string; readonly count: number }
    | { readonly operation: 'page_holds'; readonly cursor: string; readonly count: number }
    | { readonly operation: 'page_buyers'; readonly cursor: string; readonly count: number }
    | { readonly operation: 'page_deadlines'; readonly cursor: string; readonly count: number }
    | { readonly operation: 'trim'; readonly committedSeq: number; readonly keepFromSeq: number }
    | RestoreCall
  );

/** The steps of a recovery; `epoch` is the new one, and no other call is answered between the first and the last. */
export type RestoreCall =
  | { readonly operation: 'seal'; readonly partitions: number }
  | {
      readonly operation: 'restore_begin';
      readonly partitions: number;
      /** Latest time the ledger has of the partition, Redis time in milliseconds. */
      readonly last: number;
    }
  | ({ readonly operation: 'restore' } & RestorePage)
  | { readonly operation: 'restore_end' };

export type StockOperation = StockCall['operation'];

/** Why one item of a call was not done; `script code ↔ outcome` is mapped in `stock/reply-codes.ts`. */
export type ItemRefusal =
  | {
      readonly code:
        | 'unknown_sku'
        | 'paused'
        | 'closed'
        | 'idempotency_mismatch'
        | 'sku_exists'
        | 'unknown_hold';
    }
  /** `repair`: something happened since the recount; it would give units back after a single recount. */
  | { readonly code: 'recount_is_old' | 'gives_back' }
  /** Arrived after `notAfter`: certainly not done. */
  | { readonly code: 'too_late' }
  | { readonly code: 'not_open'; readonly opensAt: number }
  | { readonly code: 'sold_out' | 'insufficient_stock'; readonly available: number }
  /** An adjustment or definition that would leave 0 … TOTAL_MAX; `total` is what it would be. Answered `invalid_request`. */
  | { readonly code: 'total_out_of_range'; readonly total: number }
  | {
      readonly code: 'buyer_limit';
      readonly limit: number;
      readonly remaining: number;
      readonly holdIds: readonly string[];
    }
  | { readonly code: 'hold_expired' | 'hold_released' | 'hold_confirmed'; readonly hold: Hold };

/** One answer for one item, index-aligned with the call's items (one for calls that have no items). */
export type ItemResult =
  /** A new hold; everything but the deadline is what was asked. */
  | { readonly kind: 'created'; readonly expiresAt: number }
  /** The hold after the call; `replayed` when an earlier call had made it so. */
  | { readonly kind: 'hold'; readonly hold: Hold; readonly replayed: boolean }
  /** Done on a SKU, whose view is in the reply's `skus`; `changed` is false when it was so already. */
  | { readonly kind: 'sku'; readonly view: SkuView; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly refusal: ItemRefusal };

/** What a buyer has held or bought of a SKU, as their record says. */
export interface BuyerUnits {
  /** SKU and buyer, with a `|` between. */
  readonly key: string;
  readonly units: number;
}

/** Holds that the sweep will look at, at `at` (Redis time, milliseconds). */
export interface HoldDeadline {
  readonly at: number;
  readonly holdIds: readonly string[];
}

export interface StockReply {
  readonly kind: 'reply';
  /** The partition's seq after the call. */
  readonly seq: number;
  /** Whether this call appended the event `seq`. */
  readonly changed: boolean;
  /** Redis time, milliseconds. */
  readonly now: number;
  /** View of every SKU touched, as of `seq`. */
  readonly skus: readonly SkuView[];
  readonly results: readonly ItemResult[];
  /** `expire` and `head`: Redis time when the next deadline of any kind is due; 0 when none is. */
  readonly nextDue: number;
  /** `expire`: whether more is due right now than this call was allowed to touch. */
  readonly more: boolean;
  /** `expire`: holds that ended in this call. */
  readonly expired?: number;
  /** `page_…`: where to go on; '0' at the end. */
  readonly cursor: string;
  /** `page_holds`. */
  readonly holds: readonly Hold[];
  /** `page_buyers`. */
  readonly buyers?: readonly BuyerUnits[];
  /** `page_deadlines`. */
  readonly deadlines?: readonly HoldDeadline[];
  /** `head`, `trim`: seq of the oldest event still in the stream; 0 when it is empty. */
  readonly oldestSeq: number;
}

/** How a call ended. Only `reply` says what happened; `lost` may or may not have happened; the others did not happen. */
export type StockCallResult =
  | StockReply
  | { readonly kind: 'lost'; readonly reason: string }
  /** `passing`: what stood in the way is over within moments (a partition moves to another node): worth another try. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly passing?: true }
  | { readonly kind: 'out_of_memory' }
  | { readonly kind: 'wrong_epoch'; readonly epoch: number }
  /** The store is behind `seqSeen`, or empty though it was in use. */
  | { readonly kind: 'rolled_back'; readonly seq: number };

/** The stock store as actors see it. Calls of one `execute` travel together (one pipeline) and are answered in order. */
export interface StockStore {
  execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]>;
  /**
   * Number of the node that has the partition now, small and reused; a store of one node needs none. Calls of different nodes
   * may travel in one `execute`, but then wait for each other.
   */
  nodeOf?(partition: number): number;
  /** How often too few replicas had what a flush did or saw, so that it was answered as lost; a store without replicas has none. */
  readonly replicaShortfalls?: number;
  /** How often a connection became ready: each time the store may be an older one than before. */
  readonly timesReady?: number;
  /**
   * A number that changes whenever calls of the partition begin to be answered by another server than before, or by one that was
   * away; a store of which there is only one, that never goes, needs none. See `ScanPlace`.
   */
  placeOf?(partition: number): number;
}
