import type { Authorise } from '../../src/cli/http-client.js';

/** Makes whole requests of HTTP/1.1, signed where the engine wants that. */
export class Requests {
  readonly #authorise: Authorise;
  readonly #host: string;

  constructor(host: string, authorise: Authorise) {
    this.#host = host;
    this.#authorise = authorise;
  }

  /** All ASCII. `idempotencyKey` empty: none. */
  text(method: string, path: string, body = '', idempotencyKey = ''): string {
    const headers = this.headers(method, path, body, idempotencyKey);
    let head = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    return body === '' ? `${head}\r\n` : `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  }

  /** Those that the engine looks at, without `Host` and `Content-Length`. */
  headers(method: string, path: string, body: string, idempotencyKey: string): Record<string, string> {
    const headers: Record<string, string> = { ...this.#authorise({ method, path, body, idempotencyKey }) };
    if (idempotencyKey !== '') headers['Idempotency-Key'] = idempotencyKey;
    if (body !== '') headers['Content-Type'] = 'application/json';
    return headers;
  }
}

/** A text member of a flat JSON object, without parsing it all; empty where there is none. */
export function memberOf(body: string, name: string): string {
  const mark = `"${name}":"`;
  const at = body.indexOf(mark);
  if (at < 0) return '';
  const from = at + mark.length;
  return body.slice(from, body.indexOf('"', from));
}
