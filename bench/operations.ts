/** What the benchmarks ask of the operations listener. */
export interface SkuNumbers {
  readonly sku: string;
  readonly state: string;
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly reserved: number;
}

export interface SkuRules {
  readonly total: number;
  readonly buyerLimit?: number;
  readonly holdTtlMs?: number;
  readonly opensAt?: string;
}

const DEFINERS = 32;
const JSON_BODY = { 'content-type': 'application/json' };
const PAGE = 1000;

export class Operations {
  readonly #url: string;
  readonly #authorization: Readonly<Record<string, string>>;

  /** `token`: the engine's `ADMIN_TOKEN`, where it runs with `AUTH=on`. */
  constructor(operationsUrl: string, token?: string) {
    this.#url = operationsUrl;
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Defines a SKU and, unless it opens by itself at `opensAt`, opens it. Throws with the engine's answer when it refuses. */
  async define(sku: string, rules: SkuRules): Promise<void> {
    await this.#call('PUT', `/v1/skus/${sku}`, rules);
    if (rules.opensAt === undefined) await this.#call('POST', `/v1/skus/${sku}/open`);
  }

  /** Defines `<prefix>000000` … , `count` of them, a few at a time. */
  async defineMany(prefix: string, count: number, rules: SkuRules): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        const index = next;
        next += 1;
        await this.define(skuName(prefix, index), rules);
      }
    };
    await Promise.all(Array.from({ length: Math.min(DEFINERS, count) }, work));
  }

  /** Units held of all SKUs whose name starts with `prefix`, as the engine counts them. */
  async unitsHeld(prefix: string): Promise<number> {
    let held = 0;
    let after = prefixBefore(prefix);
    for (;;) {
      const page = (await this.#call('GET', `/v1/skus?limit=${PAGE}&after=${encodeURIComponent(after)}`)) as {
        items: SkuNumbers[];
        next: string | null;
      };
      for (const item of page.items) {
        if (item.sku.startsWith(prefix)) held += item.held;
        else if (item.sku > prefix) return held;
      }
      if (page.next === null) return held;
      after = page.next;
    }
  }

  /** Requests for holds answered so far, by outcome code (`created`, `sold_out`, …), as the engine counts them. */
  async answersByCode(): Promise<ReadonlyMap<string, number>> {
    const metrics = await this.metrics();
    const answers = metrics.matchAll(/^holdfast_requests_total\{route="createHold",code="(\w+)"\} (\S+)$/gm);
    return new Map(Array.from(answers, ([, code, count]) => [code!, Number(count)]));
  }

  async metrics(): Promise<string> {
    const response = await fetch(`${this.#url}/metrics`, { headers: this.#authorization });
    return await response.text();
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...this.#authorization, ...(body === undefined ? {} : JSON_BODY) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

export function skuName(prefix: string, index: number): string {
  return prefix + String(index).padStart(6, '0');
}

/** A text that sorts just before every SKU with this prefix: the last character one lower. */
function prefixBefore(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1);
}
