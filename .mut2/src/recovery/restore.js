import { eachLedgerItem } from '../ledger/restore-source.js';
import { callAll } from './stock.js';
const PAGE_ITEMS = 500;
/** Pages on their way at once: more would only wait in Redis. */
const PAGES_PER_WRITE = 4;
/** The ledger contradicts itself in a way that no counters can be made of. */
export class LedgerContradiction extends Error {
    name = 'LedgerContradiction';
}
/** Fills the stock store from the ledger, partition by partition, each emptied first and opened when all of it is there. */
export async function restoreStock(options) {
    const { pool, store, epoch, partitions, settlement } = options;
    const scopes = Array.from({ length: partitions }, (_, partition) => ({ partition, epoch, seqSeen: 0 }));
    await callAll(store, scopes.map((scope) => {
        const last = settlement.partitions[scope.partition]?.lastAt ?? 0;
        return { ...scope, operation: 'restore_begin', partitions, last };
    }));
    const filler = new Filler(options);
    await eachLedgerItem(pool, options.retentionMs, (item) => filler.take(item));
    await filler.flush();
    await callAll(store, scopes.map((scope) => ({ ...scope, operation: 'restore_end' })));
    return filler.restored;
}
/** Gathers the ledger's items into pages. */
class Filler {
    #options;
    #lost;
    #disagreeing = new Map();
    #calls = [];
    #partition = 0;
    #page = emptyPage();
    #items = 0;
    #skus = 0;
    #liveHolds = 0;
    #endedHolds = 0;
    constructor(options) {
        this.#options = options;
        const lost = options.settlement.partitions.filter((partition) => partition.lost);
        this.#lost = new Set(lost.map(({ partition }) => partition));
    }
    get restored() {
        return {
            skus: this.#skus,
            liveHolds: this.#liveHolds,
            endedHolds: this.#endedHolds,
            disagreeing: this.#disagreeing,
        };
    }
    async take(item) {
        if (item.partition !== this.#partition || this.#items === PAGE_ITEMS)
            await this.#closePage();
        this.#partition = item.partition;
        this.#items += 1;
        switch (item.kind) {
            case 'sku':
                this.#takeSku(item.item);
                break;
            case 'definition':
                this.#page.definitions.push(item.item);
                break;
            case 'hold': {
                const isLive = item.item.hold.state === 'held';
                if (isLive)
                    this.#liveHolds += 1;
                else
                    this.#endedHolds += 1;
                this.#page.holds.push({ ...item.item, withholds: isLive && this.#lost.has(item.partition) });
                break;
            }
            case 'buyer':
                this.#page.buyers.push(item.item);
                break;
            case 'adjustment':
                this.#page.adjustments.push(item.item);
                break;
        }
    }
    async flush() {
        await this.#closePage();
        await this.#write();
    }
    #takeSku({ view, liveUnits }) {
        this.#skus += 1;
        if (liveUnits === view.held) {
            this.#page.skus.push(view);
            return;
        }
        // Only what is neither live nor sold can be free, and what cannot be told is not for sale.
        const free = view.total - liveUnits - view.sold;
        if (free < 0) {
            throw new LedgerContradiction(`The ledger has more units of ${view.sku} held and sold than there are (${liveUnits} + ${view.sold} of ${view.total}): ` +
                'events of it are in holdfast.quarantine. Correct its row in holdfast.skus, then run `recover` again.');
        }
        const available = Math.min(view.available, free);
        const counters = { available, held: liveUnits, reserved: free - available };
        this.#page.skus.push({ ...view, ...counters });
        this.#disagreeing.set(view.sku, { available, reserved: counters.reserved });
    }
    async #closePage() {
        if (this.#items === 0)
            return;
        const { epoch } = this.#options;
        const scope = { partition: this.#partition, epoch, seqSeen: 0 };
        this.#calls.push({ ...scope, operation: 'restore', ...this.#page });
        this.#page = emptyPage();
        this.#items = 0;
        if (this.#calls.length >= PAGES_PER_WRITE)
            await this.#write();
    }
    async #write() {
        const calls = this.#calls;
        this.#calls = [];
        await callAll(this.#options.store, calls);
        for (const _ of calls)
            this.#options.progress();
    }
}
function emptyPage() {
    return { skus: [], definitions: [], holds: [], buyers: [], adjustments: [] };
}
//# sourceMappingURL=restore.js.map