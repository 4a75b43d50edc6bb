/**
 * Which idempotency keys were seen, as far as the board must know: it may say "perhaps seen" of a new key (the request is
 * then asked of Redis, which costs time and nothing else), but never "new" of a seen one, because a buyer whose
 * first answer was lost would be told "sold out" instead of getting their hold.
 *
 * Hence two Bloom filters, rotated by time alone:
 *
 *     ── previous ──┬── current ──▶ now
 *     span ≥ kept   │ new keys go here; when it is `retentionMs` old it becomes the previous one
 *
 * A key is remembered for one to two retentions. Nothing is dropped early for want of room: more keys than planned for
 * make more false "perhaps seen", so an overfull filter gets slower, never wrong. Each key sets 6 bits in one block of
 * 512, which is one cache line.
 */
const BLOCK_WORDS = 16;
export class KeyFilter {
    #blockShift;
    #retentionMs;
    #current;
    #previous;
    #rotatedAt;
    #added = 0;
    #addedBefore = 0;
    /**
     * `keys`: planned for, rounded to a power of two. Memory is 2 bytes a key for both spans, small enough to stay in a
     * processor's cache, which is what looking costs. `now`: monotonic, milliseconds.
     */
    constructor(keys, retentionMs, now) {
        const words = 2 ** Math.max(5, Math.round(Math.log2(keys)) - 2);
        this.#blockShift = 32 - Math.log2(words / BLOCK_WORDS);
        this.#retentionMs = retentionMs;
        this.#current = new Uint32Array(words);
        this.#previous = new Uint32Array(words);
        this.#rotatedAt = now;
    }
    /** Keys added to the current generation, counting repeats. */
    get added() {
        return this.#added;
    }
    mayHave(fingerprint) {
        const mixed = mix(fingerprint);
        const base = (mixed >>> this.#blockShift) * BLOCK_WORDS;
        const first = Math.imul(mixed, 0x9e3779b1);
        const second = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
        return (has(this.#current, base, first, second) ||
            (this.#addedBefore > 0 && has(this.#previous, base, first, second)));
    }
    add(fingerprint, now) {
        if (now - this.#rotatedAt >= this.#retentionMs)
            this.#rotate(now);
        const mixed = mix(fingerprint);
        const base = (mixed >>> this.#blockShift) * BLOCK_WORDS;
        const first = Math.imul(mixed, 0x9e3779b1);
        const second = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
        set(this.#current, base, first);
        set(this.#current, base, second);
        this.#added += 1;
    }
    #rotate(now) {
        const oldest = this.#previous;
        this.#previous = this.#current;
        this.#current = oldest;
        oldest.fill(0);
        this.#rotatedAt = now;
        this.#addedBefore = this.#added;
        this.#added = 0;
    }
}
/** Spreads a fingerprint over all 32 bits (the finaliser of MurmurHash3), so that close ones land far apart. */
function mix(fingerprint) {
    let hash = fingerprint | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
}
/** Three bits a hash: 4 bits choose the word, 5 the bit within it. The high bits of a product are its best ones. */
function set(words, base, hash) {
    words[base + (hash >>> 28)] |= 1 << ((hash >>> 23) & 31);
    words[base + ((hash >>> 19) & 15)] |= 1 << ((hash >>> 14) & 31);
    words[base + ((hash >>> 10) & 15)] |= 1 << ((hash >>> 5) & 31);
}
function has(words, base, first, second) {
    return ((words[base + (first >>> 28)] & (1 << ((first >>> 23) & 31))) !== 0 &&
        (words[base + (second >>> 28)] & (1 << ((second >>> 23) & 31))) !== 0 &&
        (words[base + ((first >>> 19) & 15)] & (1 << ((first >>> 14) & 31))) !== 0 &&
        (words[base + ((second >>> 19) & 15)] & (1 << ((second >>> 14) & 31))) !== 0 &&
        (words[base + ((first >>> 10) & 15)] & (1 << ((first >>> 5) & 31))) !== 0 &&
        (words[base + ((second >>> 10) & 15)] & (1 << ((second >>> 5) & 31))) !== 0);
}
//# sourceMappingURL=key-filter.js.map