import { codeOf, expectStatus, member } from '../engine-api.js';
import type { HttpAnswer, HttpClient } from '../http-client.js';
import { inParallel } from '../parallel.js';
import type { Plan, Product, ReturnStep, SaleStep, Step } from './plan.js';
import type { Tally } from './tally.js';

export interface PlayerOptions {
  readonly storefront: HttpClient;
  readonly operations: HttpClient;
  readonly concurrency: number;
  /** How long a hold lasts, milliseconds. */
  readonly ttlMs: number;
  readonly buyerLimit: number;
  /** Begins every idempotency key, so that another run is another set of requests. */
  readonly prefix: string;
  readonly tally: Tally;
  /** Told after each step. */
  readonly onStep: () => void;
}

/** Puts every product on sale. */
export async function openSale(products: readonly Product[], options: PlayerOptions): Promise<void> {
  const { operations, concurrency, ttlMs, buyerLimit, onStep } = options;
  await inParallel(products, concurrency, async ({ sku, stock }) => {
    const path = `/v1/skus/${sku}`;
    const definition = { total: stock, holdTtlMs: ttlMs, ...(buyerLimit === 0 ? {} : { buyerLimit }) };
    expectStatus(`Defining ${sku}`, await operations.call('PUT', path, definition), 200, 201);
    expectStatus(`Opening ${sku}`, await operations.call('POST', `${path}/open`), 200);
    onStep();
  });
}

/**
 * Plays the steps: they start in time order and up to `concurrency` are on their way at once, so the lines of one invoice,
 * and of invoices that follow each other closely, race for the same stock.
 */
export async function play(plan: Plan, options: PlayerOptions): Promise<void> {
  const player = new Player(options);
  await inParallel(plan.steps, options.concurrency, async (step) => {
    await player.step(step);
    options.onStep();
  });
}

class Player {
  readonly #options: PlayerOptions;
  readonly #tally: Tally;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#tally = options.tally;
  }

  async step(step: Step): Promise<void> {
    if (step.kind === 'return') await this.#return(step);
    else await this.#sale(step);
  }

  async #sale(step: SaleStep): Promise<void> {
    this.#tally.add('offered', step.quantity);
    const answer = await this.#call(this.#options.storefront, 'POST', '/v1/holds', {
      body: { sku: step.product.sku, buyerId: step.buyerId, quantity: step.quantity },
      key: this.#key(step),
    });
    const holdId = member(answer.body, 'holdId');
    if ((answer.status === 201 || answer.status === 200) && typeof holdId === 'string') {
      this.#tally.accepted(step);
      await this.#decide(step, holdId);
    } else if (codeOf(answer) === 'sold_out') this.#tally.add('sold out', step.quantity);
    else if (codeOf(answer) === 'buyer_limit') this.#tally.add('buyer limit', step.quantity);
    else this.#tally.failed('hold', codeOf(answer), step.quantity);
  }

  /** The buyer's decision, at once: who waits for the deadline is looked at after it. */
  async #decide(step: SaleStep, holdId: string): Promise<void> {
    if (step.fate === 'expire') {
      this.#tally.abandoned.push({ holdId, step });
      return;
    }
    const { storefront } = this.#options;
    const answer =
      step.fate === 'confirm'
        ? await this.#call(storefront, 'POST', `/v1/holds/${holdId}/confirm`, {
            body: { paymentRef: `invoice-${step.invoice}-${step.line}` },
          })
        : await this.#call(storefront, 'DELETE', `/v1/holds/${holdId}`);
    if (answer.status !== 200) {
      // The deadline may pass while the request is on its way; then the hold has expired, as one left alone would.
      if (codeOf(answer) === 'hold_expired') this.#tally.add('expired', step.quantity);
      else this.#tally.failed(step.fate, codeOf(answer), step.quantity);
    } else if (step.fate === 'confirm') this.#tally.confirmed(step);
    else this.#tally.add('released', step.quantity);
  }

  async #return(step: ReturnStep): Promise<void> {
    const path = `/v1/skus/${step.product.sku}/stock`;
    const answer = await this.#call(this.#options.operations, 'POST', path, {
      body: { delta: step.quantity, reason: `return, invoice ${step.invoice}` },
      key: this.#key(step),
    });
    if (answer.status !== 200) {
      this.#tally.failed('return', codeOf(answer), step.quantity);
      return;
    }
    this.#tally.add('returned', step.quantity);
    this.#tally.expected.get(step.product.sku)!.returnedUnits += step.quantity;
  }

  #key(step: Step): string {
    return `${this.#options.prefix}line-${step.line}`;
  }

  async #call(
    client: HttpClient,
    method: string,
    path: string,
    { body, key }: { body?: object; key?: string } = {},
  ): Promise<HttpAnswer> {
    const answer = await client.call(method, path, body, key);
    this.#tally.repeats += answer.attempts - 1;
    return answer;
  }
}
