import type { SkuAction, SkuDefinition, SkuPatch } from './sku.js';

/**
 * Who asked, as it goes into the ledger's history: three texts joined with `|` (which is in none of them):
 * request id, key id (empty when authentication is off) and the client address as given (may be empty).
 * The scripts treat it as opaque; `expiry` and `schedule` stand there for changes nobody asked for.
 */
export type Actor = string;

export function actorOf(requestId: string, keyId: string, clientAddress: string): Actor {
  return `${requestId}|${keyId}|${clientAddress}`;
}

/** What the gateway asks of the actors. Plain data: it crosses threads. */
export interface HoldCommand {
  readonly kind: 'hold';
  readonly holdId: string;
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity: number;
  readonly actor: Actor;
  /** The board has certainly not seen this key: the actor may refuse by its own view, without asking Redis. */
  readonly certainlyNew: boolean;
}

export type Command =
  | HoldCommand
  | { readonly kind: 'confirm'; readonly holdId: string; readonly paymentRef: string; readonly actor: Actor }
  | { readonly kind: 'release'; readonly holdId: string; readonly actor: Actor }
  | { readonly kind: 'read_hold'; readonly holdId: string }
  | { readonly kind: 'read_sku'; readonly sku: string }
  | { readonly kind: 'define'; readonly definition: SkuDefinition; readonly actor: Actor }
  | { readonly kind: 'patch'; readonly patch: SkuPatch; readonly actor: Actor }
  | { readonly kind: 'change_state'; readonly sku: string; readonly action: SkuAction; readonly actor: Actor }
  | {
      readonly kind: 'adjust';
      readonly sku: string;
      /** Units to add (positive) or take (negative). */
      readonly delta: number;
      readonly reason: string;
      /** MAC of the idempotency scope: the same key adjusts once. */
      readonly adjustmentId: string;
      readonly actor: Actor;
    };

export type CommandKind = Command['kind'];
