import { ERRORS } from '../../src/domain/errors.js';

/** What every peer sells by, over HTTP and beneath: the same bodies, rules and refusals as the engine's `POST /v1/holds`. */

/**
 * The peers, by the names the tables use. Those in Postgres sell in transactions of prepared statements, and once more with everything in
 * one call of a function.
 */
export const PEERS = [
  'Redis and Lua',
  'Postgres counter',
  'Postgres units',
  'Postgres counter, one call',
  'Postgres units, one call',
] as const;
export type PeerName = (typeof PEERS)[number];

export interface PeerRules {
  readonly total: number;
  /** Most units a buyer may have of the SKU; 0 is no limit. */
  readonly buyerLimit: number;
  readonly holdTtlMs: number;
}

export interface HoldRequest {
  /** Made of SKU and Idempotency-Key, so that the hold is its own idempotency record. */
  readonly holdId: string;
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity: number;
}

/** What became of a request. Times are milliseconds since 1970. */
export type HoldOutcome =
  | { readonly kind: 'held'; readonly expiresAt: number }
  /** The key was used for the same request before: the hold as it is now. `endedAt` is 0 while it is held. */
  | { readonly kind: 'replayed'; readonly expiresAt: number; readonly endedAt: number }
  | { readonly kind: 'sold_out'; readonly available: number }
  | {
      readonly kind: 'buyer_limit';
      readonly limit: number;
      readonly remaining: number;
      readonly holdIds: readonly string[];
    }
  | { readonly kind: 'idempotency_mismatch' }
  | { readonly kind: 'unknown_sku' };

export interface PeerSku {
  readonly sku: string;
  readonly total: number;
  readonly available: number;
  readonly held: number;
}

/** The store beneath a peer's HTTP. Each method throws when the store does not answer. */
export interface PeerStock {
  /** Puts a SKU on sale at once. Throws when there is one of that name. */
  define(sku: string, rules: PeerRules): Promise<void>;
  hold(request: HoldRequest): Promise<HoldOutcome>;
  read(sku: string): Promise<PeerSku | undefined>;
  /** Puts back on sale what is past its deadline, at most `limit` holds; answers how many there were. */
  expireDue(limit: number): Promise<number>;
  /** Tidies up after much selling, where the store does so in the background. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const IDENTIFIER = '^[A-Za-z0-9._:@+~-]{1,64}$';

export const HOLD_BODY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['sku', 'buyerId', 'quantity'],
  properties: {
    sku: { type: 'string', pattern: IDENTIFIER },
    buyerId: { type: 'string', pattern: IDENTIFIER },
    quantity: { type: 'integer', minimum: 1, maximum: 10 },
    clientAddress: { type: 'string', minLength: 1, maxLength: 64 },
  },
} as const;

export const HEADERS_SCHEMA = {
  type: 'object',
  properties: { 'idempotency-key': { type: 'string', pattern: '^[A-Za-z0-9._:@+~-]{8,128}$' } },
} as const;

export const RULES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['total', 'buyerLimit', 'holdTtlMs'],
  properties: {
    total: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
    buyerLimit: { type: 'integer', minimum: 0 },
    holdTtlMs: { type: 'integer', minimum: 100 },
  },
} as const;

/** Of answers, so that fast-json-stringify writes them. */
export const HOLD_SCHEMA = {
  type: 'object',
  properties: {
    holdId: { type: 'string' },
    sku: { type: 'string' },
    buyerId: { type: 'string' },
    quantity: { type: 'integer' },
    state: { type: 'string' },
    expiresAt: { type: 'string' },
    expiredAt: { type: 'string' },
  },
} as const;

export const PROBLEM_SCHEMA = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    available: { type: 'integer' },
    limit: { type: 'integer' },
    remaining: { type: 'integer' },
    holdIds: { type: 'array', items: { type: 'string' } },
  },
} as const;

/** Hold as JSON, the members in the engine's order. */
export function holdBody(
  request: HoldRequest,
  outcome: { readonly expiresAt: number; readonly endedAt?: number },
): Record<string, unknown> {
  const { endedAt = 0 } = outcome;
  return {
    ...request,
    state: endedAt === 0 ? 'held' : 'expired',
    expiresAt: new Date(outcome.expiresAt).toISOString(),
    ...(endedAt === 0 ? {} : { expiredAt: new Date(endedAt).toISOString() }),
  };
}

export type Refusal = Exclude<HoldOutcome, { kind: 'held' } | { kind: 'replayed' }>;
export type ProblemCode = Refusal['kind'] | 'invalid_request' | 'unknown_route' | 'unavailable';

/** A problem document as the engine writes it (RFC 9457), with the same words. `members` come last. */
export function problemBody(
  base: string,
  code: ProblemCode,
  requestId: string,
  members: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { status, title, cause } = ERRORS[code];
  return { type: `${base}/problems/${code}`, title, status, code, detail: cause, requestId, ...members };
}
