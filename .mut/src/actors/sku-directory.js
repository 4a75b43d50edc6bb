import { SkuActor } from './actor.js';
const UNKNOWN_MAX = 10_000;
/** All SKUs of a shard, their rows on the board, and for a moment the names that are none. */
export class SkuDirectory {
    #board;
    #announce;
    #unknownMs;
    #actors = new Map();
    /** Rows from an earlier life of this shard. */
    #rows;
    #unknown = new Map();
    #sorted;
    constructor(options) {
        this.#board = options.board;
        this.#announce = options.announce;
        this.#unknownMs = options.unknownMs;
        this.#rows = new Map(options.rows.map(({ sku, row }) => [sku, row]));
    }
    get size() {
        return this.#actors.size;
    }
    get(sku) {
        return this.#actors.get(sku);
    }
    /** Takes a view, making the SKU's actor where there is none; answers the actor if the view was news to it. */
    accept(partition, view, seq) {
        let actor = this.#actors.get(view.sku);
        if (actor === undefined)
            actor = this.#add(partition, view, seq);
        else if (!actor.accept(view, seq))
            return undefined;
        if (actor.row >= 0)
            this.#board.writeRow(actor.row, view);
        return actor;
    }
    /** Whether the store said less than a moment ago that there is no such SKU. `now`: monotonic, milliseconds. */
    isUnknown(sku, now) {
        const until = this.#unknown.get(sku);
        return until !== undefined && now < until;
    }
    /** Bounded: names nobody defined are free to invent, so that the whole memory is dropped when it is full. */
    noteUnknown(sku, now) {
        if (this.#unknown.size >= UNKNOWN_MAX)
            this.#unknown = new Map();
        this.#unknown.set(sku, now + this.#unknownMs);
    }
    list(filter) {
        this.#sorted ??= [...this.#actors.keys()].sort();
        const names = this.#sorted;
        const views = [];
        for (let index = firstAfter(names, filter.after); index < names.length; index += 1) {
            if (views.length >= filter.limit)
                break;
            const { view } = this.#actors.get(names[index]);
            if (filter.state === undefined || view.state === filter.state)
                views.push(view);
        }
        return views;
    }
    #add(partition, view, seq) {
        const actor = new SkuActor(partition, view, seq);
        this.#actors.set(view.sku, actor);
        this.#unknown.delete(view.sku);
        this.#sorted = undefined;
        const known = this.#rows.get(view.sku);
        actor.row = known ?? this.#board.takeRow() ?? -1;
        this.#rows.delete(view.sku);
        if (known === undefined && actor.row >= 0) {
            // The row's word first: the gateway looks as soon as it hears of the row.
            this.#board.writeRow(actor.row, view);
            this.#announce({ sku: view.sku, row: actor.row, partition });
        }
        return actor;
    }
}
/** Index of the first name greater than `after`. */
function firstAfter(names, after) {
    let low = 0;
    let high = names.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (names[middle] > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
//# sourceMappingURL=sku-directory.js.map