import type { SkuView } from './sku.js';

/**
 * An event is what one script call changed: its transitions with their causes and the resulting view of each SKU it
 * touched. `seq` is contiguous within (epoch, partition), starting at 1. The stored form is in `lua/README.md`.
 */
export interface StockEvent {
  readonly epoch: number;
  readonly partition: number;
  readonly seq: number;
  /** Redis time, milliseconds since 1970; never decreases within a partition. */
  readonly at: number;
  readonly skus: readonly SkuView[];
  readonly changes: readonly StockChange[];
}

interface ChangeFacts {
  /** Which of the event's `skus`, counted from 0. */
  readonly skuIndex: number;
  readonly actor: string;
}

export type HoldChange =
  | (ChangeFacts & {
      readonly kind: 'held';
      readonly holdId: string;
      readonly buyerId: string;
      readonly quantity: number;
      readonly expiresAt: number;
    })
  | (ChangeFacts & {
      readonly kind: 'confirmed' | 'released' | 'expired';
      readonly holdId: string;
      readonly buyerId: string;
      readonly quantity: number;
      /** Only `confirmed` has one; empty otherwise. */
      readonly paymentRef: string;
    });

export type SkuChange =
  | (ChangeFacts & { readonly kind: 'defined' })
  | (ChangeFacts & { readonly kind: 'patched'; readonly detail: string })
  | (ChangeFacts & { readonly kind: 'opened' | 'paused' | 'closed'; readonly from: string })
  | (ChangeFacts & {
      readonly kind: 'adjusted';
      /** MAC of the idempotency scope; empty in events of versions that did not write it. */
      readonly adjustmentId: string;
      readonly delta: number;
      readonly reason: string;
    })
  /** Counters put to what was recounted; `delta` is the change of `available`, `detail` JSON of [old, new] by counter. */
  | (ChangeFacts & { readonly kind: 'repaired'; readonly delta: number; readonly detail: string });

export type StockChange = HoldChange | SkuChange;
export type ChangeKind = StockChange['kind'];

/** Number that stands for a kind of change in a stored event; the order is part of the stored format. */
export const CHANGE_KINDS: readonly ChangeKind[] = [
  'held',
  'confirmed',
  'released',
  'expired',
  'defined',
  'patched',
  'opened',
  'paused',
  'closed',
  'adjusted',
  'repaired',
];
