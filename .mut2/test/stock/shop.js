import { readEvents } from '../../src/events/reader.js';
import { ControlledStore } from './controlled-store.js';
export const ACTOR = 'request|key|10.0.0.1';
export const RETENTION_MS = 5_000;
export const id = (number) => `AA${String(number).padStart(26, 'h')}`;
/** Short words for calls on one partition, for tests of single rules. */
export class Shop {
    store;
    constructor(store) {
        this.store = store;
    }
    get #late() {
        return { notAfter: this.store.now + 1_000, actor: ACTOR };
    }
    define(sku, rules = {}) {
        const definition = {
            ...{ sku, total: 10, reserved: 0, buyerLimit: 0, holdTtlMs: 1_000, opensAt: 0, closesAt: 0 },
            ...rules,
        };
        return this.store.reply({ operation: 'define', definition, ...this.#late });
    }
    async open(sku, rules = {}) {
        await this.define(sku, rules);
        return await this.change(sku, 'open');
    }
    change(sku, action) {
        return this.store.reply({ operation: 'change_state', sku, action, ...this.#late });
    }
    patch(patch) {
        return this.store.reply({ operation: 'patch', patch, ...this.#late });
    }
    adjust(request) {
        return this.store.reply({ operation: 'adjust', ...request, ...this.#late });
    }
    holdMany(items) {
        return this.store.reply({
            operation: 'hold',
            items: items.map(({ number, sku, buyerId = 'buyer', quantity = 1 }) => ({
                ...{ holdId: id(number), sku, buyerId, quantity },
                ...this.#late,
            })),
        });
    }
    async hold(number, sku, buyerId = 'buyer', quantity = 1) {
        return (await this.holdMany([{ number, sku, buyerId, quantity }])).results[0];
    }
    async confirm(number, paymentRef = 'pay') {
        const items = [{ holdId: id(number), paymentRef, ...this.#late }];
        return (await this.store.reply({ operation: 'confirm', items })).results[0];
    }
    async release(number) {
        const items = [{ holdId: id(number), ...this.#late }];
        return (await this.store.reply({ operation: 'release', items })).results[0];
    }
    async read(number) {
        return (await this.store.reply({ operation: 'read_holds', holdIds: [id(number)] })).results[0];
    }
    expire(ledgerSeq = 1_000_000, limit = 1000) {
        return this.store.reply({ operation: 'expire', limit, retentionMs: RETENTION_MS, ledgerSeq });
    }
    async counters(sku) {
        const { skus } = await this.store.reply({ operation: 'read_skus', skus: [sku] });
        const { total, available, held, sold, reserved } = skus[0];
        return [total, available, held, sold, reserved];
    }
    async newestChanges() {
        const events = await readEvents(this.store.store.connection.redis, 0, 0, 10_000);
        return events.at(-1)?.changes ?? [];
    }
}
/** A result in a word or two. */
export function codeOf(result) {
    if (result.kind === 'refused')
        return result.refusal.code;
    if (result.kind === 'hold')
        return `${result.replayed ? 'replayed ' : ''}${result.hold.state}`;
    return result.kind === 'sku' ? (result.changed ? 'changed' : 'unchanged') : result.kind;
}
export const resultOf = (reply) => codeOf(reply.results[0]);
/** One test with subtests that each begin with an empty store. */
export async function rules(t, bodies) {
    const store = await ControlledStore.start(t);
    const shop = new Shop(store);
    for (const [name, body] of Object.entries(bodies)) {
        await t.test(name, async (t) => {
            await store.reset();
            await body(t, shop);
        });
    }
}
//# sourceMappingURL=shop.js.map