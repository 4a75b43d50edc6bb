import type { RunningEngine } from '../support/engine.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Audit {
  readonly conserved: boolean;
  readonly differences: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
  readonly ledger: Readonly<Record<string, number>>;
}

/** A merchant and their buyers, over HTTP. One attempt a call: what the engine answered is what the test sees. */
export class Shop {
  readonly #storefrontUrl: string;
  readonly #operationsUrl: string;

  constructor(engine: Pick<RunningEngine, 'storefrontUrl' | 'operationsUrl'>) {
    this.#storefrontUrl = engine.storefrontUrl;
    this.#operationsUrl = engine.operationsUrl;
  }

  /** Defines a SKU, and opens it where it does not open by itself. */
  async offer(sku: string, definition: Readonly<Record<string, unknown>>): Promise<void> {
    await this.expect(200, this.operate('PUT', `/v1/skus/${sku}`, definition), 201);
    if (definition.opensAt === undefined)
      await this.expect(200, this.operate('POST', `/v1/skus/${sku}/open`));
  }

  hold(sku: string, buyerId: string, quantity: number, key: string): Promise<Answer> {
    return this.shop('POST', '/v1/holds', { sku, buyerId, quantity }, { 'idempotency-key': key });
  }

  confirm(holdId: string, paymentRef: string): Promise<Answer> {
    return this.shop('POST', `/v1/holds/${holdId}/confirm`, { paymentRef });
  }

  async sku(sku: string): Promise<Record<string, unknown>> {
    return (await this.expect(200, this.shop('GET', `/v1/skus/${sku}`))).body;
  }

  async audit(sku: string): Promise<Audit> {
    return (await this.expect(200, this.operate('GET', `/v1/skus/${sku}/audit`))).body as unknown as Audit;
  }

  shop(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer> {
    return send(this.#storefrontUrl + path, method, body, headers);
  }

  operate(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer> {
    return send(this.#operationsUrl + path, method, body, headers);
  }

  async expect(status: number, call: Promise<Answer>, orStatus = status): Promise<Answer> {
    const answer = await call;
    if (answer.status === status || answer.status === orStatus) return answer;
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

async function send(
  url: string,
  method: string,
  body: object | undefined,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** Runs `task` for 0 … count-1, `width` at a time. */
export async function concurrently(
  count: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await task(index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
