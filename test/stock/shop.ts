import type { Test } from 'tap';
import type { StockChange } from '../../src/domain/event.js';
import type { SkuDefinition, SkuPatch } from '../../src/domain/sku.js';
import type { AdjustRequest, ItemResult, StockReply } from '../../src/domain/stock-call.js';
import { readEvents } from '../../src/events/reader.js';
import { ControlledStore } from './controlled-store.js';

export const ACTOR = 'request|key|10.0.0.1';
export const RETENTION_MS = 5_000;
export const id = (number: number): string => `AA${String(number).padStart(26, 'h')}`;

/** Short words for calls on one partition, for tests of single rules. */
export class Shop {
  constructor(readonly store: ControlledStore) {}

  get #late(): { notAfter: number; actor: string } {
    return { notAfter: this.store.now + 1_000, actor: ACTOR };
  }

  define(sku: string, rules: Partial<SkuDefinition> = {}): Promise<StockReply> {
    const definition = {
      ...{ sku, total: 10, reserved: 0, buyerLimit: 0, holdTtlMs: 1_000, opensAt: 0, closesAt: 0 },
      ...rules,
    };
    return this.store.reply({ operation: 'define', definition, ...this.#late });
  }

  async open(sku: string, rules: Partial<SkuDefinition> = {}): Promise<StockReply> {
    await this.define(sku, rules);
    return await this.change(sku, 'open');
  }

  change(sku: string, action: 'open' | 'pause' | 'close'): Promise<StockReply> {
    return this.store.reply({ operation: 'change_state', sku, action, ...this.#late });
  }

  patch(patch: SkuPatch): Promise<StockReply> {
    return this.store.reply({ operation: 'patch', patch, ...this.#late });
  }

  adjust(request: Omit<AdjustRequest, 'notAfter' | 'actor'>): Promise<StockReply> {
    return this.store.reply({ operation: 'adjust', ...request, ...this.#late });
  }

  holdMany(
    items: { number: number; sku: string; buyerId?: string; quantity?: number }[],
  ): Promise<StockReply> {
    return this.store.reply({
      operation: 'hold',
      items: items.map(({ number, sku, buyerId = 'buyer', quantity = 1 }) => ({
        ...{ holdId: id(number), sku, buyerId, quantity },
        ...this.#late,
      })),
    });
  }

  async hold(number: number, sku: string, buyerId = 'buyer', quantity = 1): Promise<ItemResult> {
    return (await this.holdMany([{ number, sku, buyerId, quantity }])).results[0]!;
  }

  async confirm(number: number, paymentRef = 'pay'): Promise<ItemResult> {
    const items = [{ holdId: id(number), paymentRef, ...this.#late }];
    return (await this.store.reply({ operation: 'confirm', items })).results[0]!;
  }

  async release(number: number): Promise<ItemResult> {
    const items = [{ holdId: id(number), ...this.#late }];
    return (await this.store.reply({ operation: 'release', items })).results[0]!;
  }

  async read(number: number): Promise<ItemResult> {
    return (await this.store.reply({ operation: 'read_holds', holdIds: [id(number)] })).results[0]!;
  }

  expire(ledgerSeq = 1_000_000, limit = 1000): Promise<StockReply> {
    return this.store.reply({ operation: 'expire', limit, retentionMs: RETENTION_MS, ledgerSeq });
  }

  async counters(sku: string): Promise<number[]> {
    const { skus } = await this.store.reply({ operation: 'read_skus', skus: [sku] });
    const { total, available, held, sold, reserved } = skus[0]!;
    return [total, available, held, sold, reserved];
  }

  async newestChanges(): Promise<readonly StockChange[]> {
    const events = await readEvents(this.store.store.connection.redis, 0, 0, 10_000);
    return events.at(-1)?.changes ?? [];
  }
}

/** A result in a word or two. */
export function codeOf(result: ItemResult): string {
  if (result.kind === 'refused') return result.refusal.code;
  if (result.kind === 'hold') return `${result.replayed ? 'replayed ' : ''}${result.hold.state}`;
  return result.kind === 'sku' ? (result.changed ? 'changed' : 'unchanged') : result.kind;
}

export const resultOf = (reply: StockReply): string => codeOf(reply.results[0]!);

/** One test with subtests that each begin with an empty store. */
export async function rules(
  t: Test,
  bodies: Readonly<Record<string, (t: Test, shop: Shop) => Promise<void>>>,
): Promise<void> {
  const store = await ControlledStore.start(t);
  const shop = new Shop(store);
  for (const [name, body] of Object.entries(bodies)) {
    await t.test(name, async (t) => {
      await store.reset();
      await body(t, shop);
    });
  }
}
