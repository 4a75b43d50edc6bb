/**
 * How current a shard's picture of one partition is.
 *
 *     events:  … 41 42 43 | 44 45 | 46
 *                        ▲   ▲      ▲
 *                   cursor   made elsewhere, not read yet   our own reply says 46: we are `behind`
 *
 * Views are current as of the moment a call left that found the partition exactly where our cursor puts it. Keys are
 * all known when, besides, the holds found at start were scanned and the gateway has taken every list of foreign keys.
 */
export class PartitionView {
    partition;
    #board;
    /** Every event up to this seq is in our views; −1 until loading began. */
    cursor = -1;
    /** Whether every SKU was loaded. */
    isLoaded = false;
    /** Whether the fingerprints of all holds up to the cursor were given to the gateway. */
    isWarm = false;
    /** How often loading began: keys scanned for an earlier load say nothing of a later one. */
    loads = 0;
    #isBehind = false;
    #currentAt = Number.NEGATIVE_INFINITY;
    #listsSent;
    /** Since when, without a break, keys have all been known; infinity while they are not. */
    #clearSince = Number.POSITIVE_INFINITY;
    constructor(partition, board) {
        this.partition = partition;
        this.#board = board;
        this.#listsSent = board.appliedOf(partition);
        board.clearStamp(partition);
    }
    get isBehind() {
        return this.#isBehind;
    }
    /** Monotonic milliseconds at which the views were last known to be current. */
    get currentAt() {
        return this.#currentAt;
    }
    /** Whether views may be answered from: loaded, and found current less than `maxAgeMs` ago. */
    isCurrent(now, maxAgeMs) {
        return this.isLoaded && !this.#isBehind && now - this.#currentAt <= maxAgeMs;
    }
    /** Whether a key that the board called new at `lookedAt` certainly is: no foreign key was in doubt since. */
    knewAllKeys(lookedAt) {
        return lookedAt >= this.#clearSince;
    }
    /** Takes note of a reply, before any of its views is written to the board. `sentAt`: when its call left. */
    observe(seq, changed, sentAt) {
        if (this.cursor < 0 || seq < this.cursor)
            return;
        if (seq === this.cursor || (changed && seq === this.cursor + 1)) {
            this.cursor = seq;
            if (!this.#isBehind)
                this.#becomeCurrent(sentAt);
        }
        else
            this.fallBehind();
    }
    /** Forgets where it was: loading begins. */
    reset() {
        this.loads += 1;
        this.cursor = -1;
        this.isLoaded = false;
        this.isWarm = false;
        this.#isBehind = false;
        this.#currentAt = Number.NEGATIVE_INFINITY;
        this.#obscure();
    }
    /** Events of other engines exist that we have not read: nothing may be refused by the board meanwhile. */
    fallBehind() {
        this.#isBehind = true;
        this.#obscure();
    }
    /** Read everything up to what the partition had when a call left at `sentAt`. */
    catchUp(cursor, sentAt) {
        this.cursor = cursor;
        this.#isBehind = false;
        this.#becomeCurrent(sentAt);
    }
    /** Numbers a list of foreign keys on its way to the gateway; the board is not trusted until it has taken it. */
    nextList() {
        this.#obscure();
        this.#listsSent += 1;
        return this.#listsSent;
    }
    /** After a reply's views were written: puts the stamp on the board where everything it says is known there. */
    stamp(now) {
        if (!this.isLoaded || !this.isWarm || this.#isBehind)
            return;
        if (this.#board.appliedOf(this.partition) !== this.#listsSent)
            return;
        if (this.#clearSince === Number.POSITIVE_INFINITY)
            this.#clearSince = now;
        this.#board.stamp(this.partition, this.#currentAt);
    }
    #becomeCurrent(sentAt) {
        if (this.isLoaded && sentAt > this.#currentAt)
            this.#currentAt = sentAt;
    }
    #obscure() {
        this.#clearSince = Number.POSITIVE_INFINITY;
        this.#board.clearStamp(this.partition);
    }
}
//# sourceMappingURL=partition-view.js.map