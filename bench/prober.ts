import { Agent, request } from 'node:http';

/** One attempt to hold one unit. */
export interface Probe {
  readonly status: number;
  /** Wall clock, milliseconds since 1970. */
  readonly askedAt: number;
  readonly answeredAt: number;
  /** The deadline of a hold that was given, milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** Asks for single units over kept-alive connections, each time with a fresh Idempotency-Key. */
export class Prober {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #tag = Date.now().toString(36);
  #count = 0;

  constructor(storefrontUrl: string) {
    this.#url = new URL('/v1/holds', storefrontUrl);
  }

  close(): void {
    this.#agent.destroy();
  }

  async hold(sku: string, buyerId: string): Promise<Probe> {
    this.#count += 1;
    const body = JSON.stringify({ sku, buyerId, quantity: 1 });
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      'Idempotency-Key': `probe-${this.#tag}-${this.#count}`,
    };
    const askedAt = Date.now();
    return await new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: 'POST', headers, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          resolve({ status, askedAt, answeredAt: Date.now(), expiresAt: deadlineIn(status, text) });
        });
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

function deadlineIn(status: number, text: string): number | undefined {
  if (status !== 201) return undefined;
  return Date.parse((JSON.parse(text) as { expiresAt: string }).expiresAt);
}
