import { partitionOf } from '../domain/partition.js';
import { AVAILABLE_MASK, STATE_SHIFT } from './board-memory.js';
import { KeyFilter } from './key-filter.js';
/** The gateway's side of the board. One thread; `look` allocates nothing. */
export class GatewayBoard {
    available = 0;
    opensAt = 0;
    #memory;
    #clock;
    #freshMs;
    #filter;
    #rows = new Map();
    #partitionOfRow;
    constructor(options) {
        this.#memory = options.memory;
        this.#clock = options.clock;
        this.#freshMs = options.freshMs;
        this.#filter = new KeyFilter(options.fingerprints, options.retentionMs, options.clock.monotonic());
        this.#partitionOfRow = new Uint16Array(options.memory.rows);
    }
    look(sku, quantity, fingerprint) {
        const row = this.#rows.get(sku);
        if (row === undefined)
            return this.#lookWithoutRow(sku, fingerprint);
        const memory = this.#memory;
        // The word before the stamp: see `BoardMemory`.
        const word = Atomics.load(memory.words, row);
        if (!this.#isFresh(this.#partitionOfRow[row]) || this.#filter.mayHave(fingerprint))
            return 'ask';
        const available = word & AVAILABLE_MASK;
        this.available = available;
        switch (word >>> STATE_SHIFT) {
            case 1:
                return available >= quantity ? 'ask_new' : 'sold_out';
            case 0:
                this.opensAt = memory.opensAt[row];
                return 'not_open';
            case 2:
                return 'paused';
            default:
                return 'closed';
        }
    }
    remember(fingerprint) {
        this.#filter.add(fingerprint, this.#clock.monotonic());
    }
    /** SKUs that have a row. */
    get size() {
        return this.#rows.size;
    }
    /** All rows known, to give a restarted shard the rows its SKUs already have. */
    *rows() {
        for (const [sku, row] of this.#rows)
            yield { sku, row, partition: this.#partitionOfRow[row] };
    }
    addRow(entry) {
        this.#partitionOfRow[entry.row] = entry.partition;
        this.#rows.set(entry.sku, entry.row);
    }
    addForeignKeys(keys) {
        const now = this.#clock.monotonic();
        for (const fingerprint of keys.fingerprints)
            this.#filter.add(fingerprint, now);
        this.#memory.markApplied(keys.partition, keys.list);
    }
    #lookWithoutRow(sku, fingerprint) {
        const fresh = this.#isFresh(partitionOf(sku, this.#memory.partitions));
        return fresh && !this.#filter.mayHave(fingerprint) ? 'ask_new' : 'ask';
    }
    #isFresh(partition) {
        const stamp = Atomics.load(this.#memory.stamps, partition);
        if (stamp === 0)
            return false;
        return ((this.#memory.ticks(this.#clock.monotonic()) - stamp) | 0) <= this.#freshMs;
    }
}
//# sourceMappingURL=board.js.map