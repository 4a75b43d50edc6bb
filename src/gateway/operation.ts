import type { ErrorCode } from '../domain/errors.js';
import type { Principal } from './auth.js';
import type { HoldDecoder } from './decode-hold.js';
import type { LiveStreams } from './live.js';
import type { LiveBoard } from './live-board.js';
import type { GatewayDependencies } from './ports.js';
import type { RateLimit } from './rate-limit.js';
import type { Responder } from './responder.js';

export type ListenerName = 'storefront' | 'operations';
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call: `open` anybody; `read` any storefront key; `write` one that is not read-only; `admin` the bearer token;
 * `metrics` the token too, unless the operations listener is on loopback.
 */
export type Access = 'open' | 'read' | 'write' | 'admin' | 'metrics';

/** A request as handlers see it: authenticated, framed rightly, its body whole. */
export interface ApiRequest {
  readonly principal: Principal;
  /** The path's parameters in order, percent-decoded. */
  readonly parameters: readonly string[];
  /** Without the question mark. */
  readonly query: string;
  /** As given (unchecked), or the signature's nonce where none was given; empty when there is neither. */
  readonly idempotencyKey: string;
  /** Only valid until something is awaited. */
  readonly body: Buffer;
}

/** What handlers work with. */
export interface GatewayContext extends GatewayDependencies {
  readonly decoder: HoldDecoder;
  readonly live: LiveStreams;
  readonly liveBoard: LiveBoard;
  readonly rateLimit: RateLimit;
  /** The OpenAPI document of each listener, as JSON text. */
  readonly documents: Readonly<Record<ListenerName, string>>;
}

export type Handler = (
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
  listener: ListenerName,
) => void | Promise<void>;

/** One success of an operation, for the document. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Name of a schema of `openapi-schemas.ts`; absent for answers that are not JSON. */
  readonly schema?: string;
  /** Where it is not JSON; several where it depends on what was asked for. */
  readonly contentType?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** One row of the table of operations: routing, authentication, `Allow`, metrics and the document are made from it. */
export interface Operation {
  readonly operationId: string;
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/skus/{sku}`. */
  readonly path: string;
  readonly listeners: readonly ListenerName[];
  readonly access: Access;
  readonly summary: string;
  readonly handle: Handler;
  /** Name of the body's schema; absent where there is no body. */
  readonly body?: string;
  readonly idempotencyKey?: 'recommended' | 'required';
  readonly query?: readonly QueryParameter[];
  readonly answers: readonly Answer[];
  /** Refusals of its own; those of authentication, bodies and the store are added by rule. */
  readonly refusals: readonly ErrorCode[];
  /** Whether it asks the stock store, and so may answer the 503s of one. */
  readonly asksStore?: boolean;
}
