import { SKU_STATES } from '../domain/sku.js';
/**
 * The board's shared memory. Shards write rows and stamps, the gateway reads them:
 *
 *     ┌ header ─────┬ a stamp a partition ┬ applied, a partition ┬ a word a row ──────────────┬ opensAt a row ┐
 *     │ rows in use │ when all of it was  │ lists of foreign keys│ state 2 bits, available 30 │ float64       │
 *     │             │ known to be current │ the gateway has taken│ (TOTAL_MAX fits)           │               │
 *     └─────────────┴─────────────────────┴──────────────────────┴────────────────────────────┴───────────────┘
 *
 * The order of writes carries the promise "a refusal on the board is never wrong for a key once used": a shard that
 * learns of holds made elsewhere clears the stamp before it writes a row, sends their fingerprints, and stamps again only
 * when the gateway has taken them (`applied`). The gateway reads the word first and the stamp after it.
 */
const HEADER_WORDS = 16;
const ROWS_USED = 0;
export const AVAILABLE_MASK = 0x3fffffff;
export const STATE_SHIFT = 30;
const STATE_CODES = Object.fromEntries(SKU_STATES.map((state, code) => [state, code]));
export class BoardMemory {
    buffer;
    partitions;
    rows;
    words;
    stamps;
    applied;
    opensAt;
    #header;
    /** Monotonic milliseconds that stamps count from, so that they fit 32 bits. */
    #originMs;
    constructor(shape, buffer) {
        this.partitions = shape.partitions;
        this.rows = shape.rows;
        this.#originMs = shape.originMs;
        const wordCount = HEADER_WORDS + 2 * shape.partitions + shape.rows;
        const floatsAt = Math.ceil((wordCount * 4) / 8) * 8;
        this.buffer = buffer ?? new SharedArrayBuffer(floatsAt + shape.rows * 8);
        let at = 0;
        const take = (count) => {
            const view = new Int32Array(this.buffer, at, count);
            at += count * 4;
            return view;
        };
        this.#header = take(HEADER_WORDS);
        this.stamps = take(shape.partitions);
        this.applied = take(shape.partitions);
        this.words = take(shape.rows);
        this.opensAt = new Float64Array(this.buffer, floatsAt, shape.rows);
    }
    /** What another thread needs to see the same memory. */
    get shape() {
        return { partitions: this.partitions, rows: this.rows, originMs: this.#originMs };
    }
    /** A row nobody has; `undefined` when all are taken, and then the SKU's requests are asked of its actor. */
    takeRow() {
        const row = Atomics.add(this.#header, ROWS_USED, 1);
        if (row < this.rows)
            return row;
        Atomics.sub(this.#header, ROWS_USED, 1);
        return undefined;
    }
    writeRow(row, view) {
        // Before the word: whoever reads "scheduled" then reads when it opens.
        this.opensAt[row] = view.opensAt;
        Atomics.store(this.words, row, ((STATE_CODES[view.state] ?? 0) << STATE_SHIFT) | view.available);
    }
    /** Milliseconds as stamps count them: never 0, which means "not current". */
    ticks(monotonicMs) {
        return (monotonicMs - this.#originMs) | 0 || 1;
    }
    stamp(partition, monotonicMs) {
        Atomics.store(this.stamps, partition, this.ticks(monotonicMs));
    }
    clearStamp(partition) {
        Atomics.store(this.stamps, partition, 0);
    }
    /** How many lists of foreign keys of the partition the gateway has taken. Written by the gateway. */
    appliedOf(partition) {
        return Atomics.load(this.applied, partition);
    }
    markApplied(partition, count) {
        Atomics.store(this.applied, partition, count);
    }
}
//# sourceMappingURL=board-memory.js.map