import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { partitionOf } from '../../src/domain/partition.js';
import { HOLD_ID_SECRET } from './simulated-engine.js';
import { CREDENTIAL } from './storefront.js';
const SKUS = ['phone', 'shoes', 'ticket', 'vinyl'];
const BUYERS = 8;
/** What happens in a sale, and how often against the others. */
const ACTS = {
    ...{ buy: 40, retry: 16, mismatch: 2, unknown: 1 },
    ...{ confirm: 16, confirmAgain: 5, release: 6 },
    ...{ readHold: 3, readSku: 2 },
    ...{ adjust: 2, adjustAgain: 1, state: 1.5, patch: 1.5 },
};
/** Buyers, payments that call back once or twice, and a merchant who changes things in the middle of a sale. */
export class Workload {
    #options;
    #minter = new HoldIdMinter(HOLD_ID_SECRET);
    #skus;
    #purchases = [];
    #adjustments = [];
    #isOver = false;
    constructor(options) {
        this.#options = options;
        const { random } = options;
        const names = SKUS.slice(0, 1 + random.below(SKUS.length));
        const definitions = names.map((sku) => this.#definition(sku));
        this.#skus = [...definitions, ...this.#lastSkus()];
    }
    /** One SKU of each partition that nobody touches but at the end, with stock for all. */
    #lastSkus() {
        const { partitions } = this.#options;
        const found = [];
        for (let number = 0; found.length < partitions; number += 1) {
            const sku = `last-${number}`;
            if (found.some((each) => partitionOf(each.sku, partitions) === partitionOf(sku, partitions)))
                continue;
            found.push({ sku, total: 50, reserved: 0, buyerLimit: 0, holdTtlMs: 300, opensAt: 0, closesAt: 0 });
        }
        return found;
    }
    #definition(sku) {
        const { random } = this.#options;
        const now = this.#options.redisClock();
        const total = 3 + random.below(25);
        return {
            sku,
            total,
            reserved: random.chance(0.3) ? random.below(total) : 0,
            buyerLimit: random.chance(0.6) ? 1 + random.below(4) : 0,
            holdTtlMs: 150 + random.below(1200),
            opensAt: random.chance(0.3) ? now + 200 + random.below(1500) : 0,
            closesAt: random.chance(0.2) ? now + 2000 + random.below(2500) : 0,
        };
    }
    /** Defines the SKUs again and again until it was said that they are, and goes on with the sale until `stop`. */
    start() {
        for (const definition of this.#skus)
            this.#define(definition);
        this.#sell();
    }
    /** The store has begun anew, without any. */
    defineAgain() {
        this.#known.clear();
        for (const definition of this.#skus)
            this.#define(definition);
    }
    stop() {
        this.#isOver = true;
    }
    /** Whether the SKUs of the last purchases are on sale, as far as their merchant was told. */
    get isReady() {
        return this.#skus.every(({ sku }) => !sku.startsWith('last-') || this.#known.has(sku));
    }
    /** After it all: every engine must sell every partition's last SKU. Answers what became of it. */
    buyLast(told) {
        const { engines } = this.#options;
        let asked = 0;
        for (const engine of engines) {
            for (const { sku } of this.#skus.filter((each) => each.sku.startsWith('last-'))) {
                asked += 1;
                const purchase = this.#newPurchase(sku, `last-of-${engine.name}`, 1, `final-${asked}`);
                this.#options.storefront.buy(engine, purchase, (outcome) => told(engine.name, outcome));
            }
        }
        return asked;
    }
    /** SKUs of the last purchases are opened again and again until it was said that they are. */
    #define(definition) {
        const { scheduler, random, storefront } = this.#options;
        const { sku } = definition;
        const again = () => {
            scheduler.after(random.between(50, 200), () => this.#define(definition));
        };
        const engine = this.#engine();
        if (engine === undefined) {
            again();
            return;
        }
        storefront.ask(engine, (actor) => ({ kind: 'define', definition, actor }), (outcome) => {
            if (outcome.kind !== 'sku')
                again();
            else if (definition.opensAt === 0)
                this.#open(sku);
        });
        // An engine that dies answers nothing.
        scheduler.after(1500, () => this.#defineIfUnknown(definition));
    }
    #defineIfUnknown(definition) {
        if (!this.#known.has(definition.sku) && definition.opensAt === 0)
            this.#define(definition);
    }
    #known = new Set();
    #open(sku) {
        const { scheduler, random, storefront } = this.#options;
        const engine = this.#engine();
        if (this.#known.has(sku))
            return;
        const again = () => {
            scheduler.after(random.between(50, 300), () => this.#open(sku));
        };
        if (engine === undefined) {
            again();
            return;
        }
        storefront.ask(engine, (actor) => ({ kind: 'change_state', sku, action: 'open', actor }), (outcome) => {
            if (outcome.kind === 'sku')
                this.#known.add(sku);
            else
                again();
        });
    }
    #sell() {
        if (this.#isOver)
            return;
        const { random, scheduler } = this.#options;
        // A rush now and then: many in the same moment.
        const count = random.chance(0.1) ? 4 + random.below(10) : 1 + random.below(2);
        for (let index = 0; index < count; index += 1)
            this.#act();
        scheduler.after(random.between(1, 70), () => this.#sell());
    }
    #act() {
        this.#acts[this.#options.random.weighted(ACTS)]();
    }
    #acts = {
        buy: () => this.#buy(),
        retry: () => this.#retry(),
        mismatch: () => this.#mismatch(),
        confirm: () => this.#end('confirm', 'held'),
        confirmAgain: () => this.#end('confirm', 'any'),
        release: () => this.#end('release', 'any'),
        readHold: () => this.#readHold(),
        readSku: () => this.#readSku(),
        unknown: () => this.#buyUnknown(),
        adjust: () => this.#adjustAnew(),
        adjustAgain: () => this.#adjustAgain(),
        state: () => this.#changeState(),
        patch: () => this.#ask((actor) => ({ kind: 'patch', patch: this.#patch(this.#sku()), actor })),
    };
    #engine() {
        const serving = this.#options.engines.filter((engine) => engine.isServing);
        return serving.length === 0 ? undefined : this.#options.random.pick(serving);
    }
    #sku() {
        const ours = this.#skus.filter((each) => !each.sku.startsWith('last-'));
        return this.#options.random.pick(ours).sku;
    }
    #newPurchase(sku, buyerId, quantity, key) {
        this.#minter.scope(CREDENTIAL, sku, key);
        const holdId = this.#minter.mint(partitionOf(sku, this.#options.partitions));
        return { key, sku, buyerId, quantity, holdId, known: 'nothing' };
    }
    #buy() {
        const { random } = this.#options;
        const key = `key-${this.#purchases.length}`;
        const quantity = random.chance(0.7) ? 1 : 1 + random.below(4);
        const purchase = this.#newPurchase(this.#sku(), `buyer-${random.below(BUYERS)}`, quantity, key);
        this.#purchases.push(purchase);
        this.#tryToBuy(purchase);
        // Impatient: the same request at once, here or elsewhere.
        if (random.chance(0.05))
            this.#tryToBuy(purchase);
    }
    #tryToBuy(purchase) {
        const engine = this.#engine();
        if (engine === undefined)
            return;
        const { random, scheduler, storefront } = this.#options;
        storefront.buy(engine, purchase, (outcome) => {
            if (outcome.kind === 'hold')
                purchase.known = 'held';
            const isOpen = outcome.kind === 'refused' && outcome.code === 'outcome_unknown';
            if (isOpen && random.chance(0.7))
                scheduler.after(random.between(0, 300), () => this.#tryToBuy(purchase));
        });
    }
    #retry() {
        if (this.#purchases.length > 0)
            this.#tryToBuy(this.#recent());
    }
    #mismatch() {
        if (this.#purchases.length === 0)
            return;
        const engine = this.#engine();
        const purchase = this.#recent();
        if (engine !== undefined)
            this.#options.storefront.buy(engine, { ...purchase, quantity: purchase.quantity + 1 });
    }
    #buyUnknown() {
        const engine = this.#engine();
        if (engine === undefined)
            return;
        const key = `nothing-${this.#options.random.below(3)}`;
        this.#options.storefront.buy(engine, this.#newPurchase('nothing', 'buyer-0', 1, key));
    }
    #recent() {
        const { random } = this.#options;
        const last = Math.min(this.#purchases.length, 12);
        return this.#purchases[this.#purchases.length - 1 - random.below(random.chance(0.8) ? last : this.#purchases.length)];
    }
    /** Payments and storefronts call back, sometimes late, sometimes twice, through whichever engine. */
    #end(kind, which) {
        const { random, scheduler, coverage } = this.#options;
        const candidates = this.#purchases.filter(({ known }) => which === 'any' || known === 'held');
        if (candidates.length === 0)
            return;
        const purchase = candidates[candidates.length - 1 - random.below(Math.min(candidates.length, 10))];
        const { holdId, key } = purchase;
        const paymentRef = random.chance(0.9) ? `pay-${key}` : `pay-${key}-other`;
        const call = (actor) => kind === 'confirm' ? { kind, holdId, paymentRef, actor } : { kind, holdId, actor };
        const ask = () => this.#ask(call, (outcome) => {
            if (outcome.kind === 'hold')
                purchase.known = 'ended';
        });
        ask();
        if (random.chance(0.25)) {
            coverage.count('callback twice');
            scheduler.after(random.between(0, 100), ask);
        }
    }
    #readHold() {
        if (this.#purchases.length === 0)
            return;
        const { holdId } = this.#recent();
        this.#ask(() => ({ kind: 'read_hold', holdId }));
    }
    #readSku() {
        const sku = this.#sku();
        this.#ask(() => ({ kind: 'read_sku', sku }));
    }
    #changeState() {
        const sku = this.#sku();
        const action = this.#options.random.weighted({ open: 7, pause: 2, close: 1 });
        this.#ask((actor) => ({ kind: 'change_state', sku, action, actor }));
    }
    #adjustAnew() {
        const { random } = this.#options;
        const key = `adjustment-${this.#adjustments.length}`;
        const delta = random.chance(0.7) ? 1 + random.below(8) : -1 - random.below(4);
        this.#adjustments.push({ key, sku: this.#sku(), delta });
        this.#adjust(this.#adjustments.length - 1);
    }
    #adjustAgain() {
        if (this.#adjustments.length > 0)
            this.#adjust(this.#options.random.below(this.#adjustments.length));
    }
    #adjust(index) {
        const { key, sku, delta } = this.#adjustments[index];
        const { partitions, random } = this.#options;
        this.#minter.scope('admin:stock', sku, key);
        const adjustmentId = this.#minter.mint(partitionOf(sku, partitions));
        const changed = random.chance(0.05) ? delta + 1 : delta;
        this.#ask((actor) => ({ kind: 'adjust', sku, delta: changed, reason: key, adjustmentId, actor }));
    }
    #patch(sku) {
        const { random } = this.#options;
        const now = this.#options.redisClock();
        switch (random.below(5)) {
            case 0:
                return { sku, buyerLimit: random.below(5) };
            case 1:
                return { sku, holdTtlMs: 150 + random.below(1500) };
            case 2:
                return {
                    sku,
                    reserved: random.chance(0.5) ? { units: random.below(5) } : { percent: random.below(40) },
                };
            case 3:
                return { sku, opensAt: random.chance(0.5) ? 0 : now + random.below(600) };
            default:
                return { sku, closesAt: random.chance(0.7) ? 0 : now + 500 + random.below(2000) };
        }
    }
    #ask(command, told) {
        const engine = this.#engine();
        if (engine !== undefined)
            this.#options.storefront.ask(engine, command, told);
    }
}
//# sourceMappingURL=workload.js.map