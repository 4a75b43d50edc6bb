import { randomBytes } from 'node:crypto';
import { sipHash128, sipHashKey } from '../domain/siphash.js';
/** Numbers kept for each key, 32 bits each. */
const COLUMNS = 4;
const WIDTH = 2 + COLUMNS;
const SLOTS_FIRST = 1024;
/** Of a table of 800 MB. A Redis with so many holds in one partition needs more partitions. */
const KEYS_MAX = 20_000_000;
const FILLED_MAX = 0.6;
/**
 * Texts to four numbers each, 24 bytes: of a text only 64 bits of a keyed hash are kept, by which two of a
 * million texts are taken for the same once in 40 million runs. A `Map` of objects would take five times as much.
 *
 *     ┌─ hash ─┬─ hash ─┬─ 0 ─┬─ 1 ─┬ 2 ┬ 3 ┐ ┌─ hash ─┬ …    open addressing; both hashes 0: free
 */
export class CompactMap {
    #hashKey = sipHashKey(randomBytes(16));
    #hash = new Uint32Array(2);
    #slots = SLOTS_FIRST;
    #cells = new Uint32Array(SLOTS_FIRST * WIDTH);
    #size = 0;
    get size() {
        return this.#size;
    }
    /** A place for `get` and `put`, good until the next `add`; −1 where the text is not known. */
    find(text) {
        const slot = this.#slotOf(text);
        return this.#isFree(slot) ? -1 : slot;
    }
    /** The same for a text that may be new; a new one has zeros. Throws `RangeError` beyond 20 million texts. */
    add(text) {
        const slot = this.#slotOf(text);
        if (!this.#isFree(slot))
            return slot;
        if (this.#size >= this.#slots * FILLED_MAX) {
            this.#grow();
            return this.add(text);
        }
        if (this.#size >= KEYS_MAX)
            throw new RangeError(`more than ${KEYS_MAX} entries in one partition`);
        this.#size += 1;
        this.#cells[slot * WIDTH] = this.#hash[0];
        this.#cells[slot * WIDTH + 1] = this.#hash[1];
        return slot;
    }
    get(slot, column) {
        return this.#cells[slot * WIDTH + 2 + column];
    }
    put(slot, column, value) {
        this.#cells[slot * WIDTH + 2 + column] = value;
    }
    *slots() {
        for (let slot = 0; slot < this.#slots; slot += 1)
            if (!this.#isFree(slot))
                yield slot;
    }
    #isFree(slot) {
        return this.#cells[slot * WIDTH] === 0 && this.#cells[slot * WIDTH + 1] === 0;
    }
    #slotOf(text) {
        sipHash128(this.#hashKey, text, this.#hash);
        if (this.#hash[0] === 0 && this.#hash[1] === 0)
            this.#hash[0] = 1;
        return this.#probe(this.#hash[0], this.#hash[1]);
    }
    #probe(first, second) {
        let slot = first & (this.#slots - 1);
        while (!this.#isFree(slot) &&
            (this.#cells[slot * WIDTH] !== first || this.#cells[slot * WIDTH + 1] !== second)) {
            slot = (slot + 1) & (this.#slots - 1);
        }
        return slot;
    }
    #grow() {
        const old = this.#cells;
        this.#slots *= 2;
        this.#cells = new Uint32Array(this.#slots * WIDTH);
        for (let from = 0; from < old.length; from += WIDTH) {
            if (old[from] === 0 && old[from + 1] === 0)
                continue;
            const slot = this.#probe(old[from], old[from + 1]);
            this.#cells.set(old.subarray(from, from + WIDTH), slot * WIDTH);
        }
    }
}
//# sourceMappingURL=compact-map.js.map