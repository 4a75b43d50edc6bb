import { createHmac } from 'node:crypto';
import type { Chance } from './chance.js';

export type ListenerName = 'storefront' | 'operations';

/** What one answer must be. */
export interface Expected {
  readonly isHead?: boolean;
  /** Any that the contract knows when absent. */
  readonly statuses?: readonly number[];
  /** Text its body must have. */
  readonly contains?: string;
}

/**
 * How an input must end.
 * - `answers`: well framed; exactly these answers, in order.
 * - `prefix`: pipelined; the first of these answers, in order, and if some are missing the connection is closed.
 * - `refused`: where it ends is in doubt; nothing but 4xx, if anything: the engine closes, or waits for the rest of it.
 * - `any`: whatever comes must be well formed; the client leaves.
 */
export type Ending = 'answers' | 'prefix' | 'refused' | 'any';

export interface Input {
  readonly family: string;
  readonly listener: ListenerName;
  readonly bytes: Buffer;
  readonly ending: Ending;
  readonly expected: readonly Expected[];
  /** For `answers`: the engine may also refuse the head and close, even before the answer can be read. */
  readonly mayClose?: boolean;
  /** Offsets at which the bytes are cut into writes of their own. */
  readonly cuts?: readonly number[];
  /** For `any`: how the client leaves. */
  readonly leaves?: 'half-close' | 'reset';
}

export interface FuzzKey {
  readonly keyId: string;
  readonly secret: string;
  readonly adminToken: string;
}

export interface RequestParts {
  readonly method: string;
  readonly target: string;
  readonly body?: Buffer | string;
  readonly idempotencyKey?: string;
  /** More header lines, without line ends, before the usual ones. */
  readonly headers?: readonly string[];
  /** Instead of Content-Length. */
  readonly framing?: readonly string[];
  /** As on the wire, where it differs from the body that is signed. */
  readonly wireBody?: Buffer;
}

/** Makes requests that are right but for what is asked to be wrong; signs them where the engine wants it. */
export class RequestMaker {
  constructor(
    readonly chance: Chance,
    readonly key: FuzzKey | undefined,
  ) {}

  request(listener: ListenerName, parts: RequestParts): Buffer {
    const body = Buffer.from(parts.body ?? '');
    const lines = [`${parts.method} ${parts.target} HTTP/1.1`, 'Host: fuzz', ...(parts.headers ?? [])];
    if (parts.body !== undefined) lines.push('Content-Type: application/json');
    lines.push(...(parts.framing ?? (parts.body === undefined ? [] : [`Content-Length: ${body.length}`])));
    if (parts.idempotencyKey !== undefined) lines.push(`Idempotency-Key: ${parts.idempotencyKey}`);
    lines.push(...this.#credentials(listener, parts, body));
    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), parts.wireBody ?? body]);
  }

  #credentials(listener: ListenerName, parts: RequestParts, body: Buffer): readonly string[] {
    if (this.key === undefined) return [];
    if (listener === 'operations') return [`Authorization: Bearer ${this.key.adminToken}`];
    const timestamp = Math.floor(Date.now() / 1000);
    const nonce = `${Date.now()}${this.chance.word(16)}`;
    const text = `${parts.method}\n${parts.target}\n${timestamp}\n${nonce}\n${parts.idempotencyKey ?? ''}\n`;
    const signature = createHmac('sha256', this.key.secret).update(text, 'latin1').update(body).digest('hex');
    return [
      `Holdfast-Key: ${this.key.keyId}`,
      `Holdfast-Timestamp: ${timestamp}`,
      `Holdfast-Nonce: ${nonce}`,
      `Holdfast-Signature: v1=${signature}`,
    ];
  }

  /** A hold that is right in every way. */
  hold(sku: string, buyerId: string, idempotencyKey: string): Buffer {
    const body = JSON.stringify({ sku, buyerId, quantity: 1 });
    return this.request('storefront', { method: 'POST', target: '/v1/holds', body, idempotencyKey });
  }
}
