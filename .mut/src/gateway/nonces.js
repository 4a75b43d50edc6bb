import { randomInt } from 'node:crypto';
import { codeAt } from '../domain/code-at.js';
const BUCKET_SECONDS = 60;
const SLOTS_INITIAL = 1024;
/** At 8 bytes a slot and half load, a bucket takes 4 MB at most, all twelve 48 MB. */
const ENTRIES_MAX = 262_144;
const FNV_PRIME = 0x01000193;
const OTHER_PRIME = 0x9e3779b1;
/**
 * Fingerprints (64 bits) of nonces whose timestamps still pass, in buckets by signed minute:
 *
 *     … | 12:03 | 12:04 | 12:05 | 12:06 | …     a ring, a bucket is emptied when its minute has passed out of tolerance
 *
 * A bucket that is full forgets what it had and begins again, so a replay may go unnoticed *here* under a flood; it is
 * still no second hold, because the nonce is also the idempotency key of a request that gives none.
 */
export class NonceMemory {
    #seedLow = randomInt(2 ** 32);
    #seedHigh = randomInt(2 ** 32);
    #buckets;
    /** `toleranceSeconds`: how far a timestamp may be off, either way. */
    constructor(toleranceSeconds) {
        const minutes = Math.ceil((2 * toleranceSeconds) / BUCKET_SECONDS) + 2;
        this.#buckets = Array.from({ length: minutes }, () => new Bucket());
    }
    /** False when the nonce was added before with a timestamp that still passes. `seconds`: the signed timestamp. */
    add(keyId, nonce, seconds) {
        const minute = Math.floor(seconds / BUCKET_SECONDS);
        const bucket = this.#buckets[minute % this.#buckets.length];
        if (bucket.minute !== minute)
            bucket.begin(minute);
        // Seeded FNV-1a in two lanes: nonces come from whoever holds the key, who by a collision could only refuse himself.
        const low = mix(mix(this.#seedLow, keyId, FNV_PRIME), nonce, FNV_PRIME);
        const high = mix(mix(this.#seedHigh, keyId, OTHER_PRIME), nonce, OTHER_PRIME);
        return bucket.add(low, high);
    }
}
function mix(seed, text, prime) {
    let hash = seed;
    for (let index = 0; index < text.length; index += 1) {
        hash = Math.imul(hash ^ codeAt(text, index), prime);
    }
    // FNV's low bits alone spread badly; a bucket is indexed by them.
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
}
/** An open-addressing set of pairs of words; (0, 0) is an empty slot. */
class Bucket {
    minute = -1;
    #count = 0;
    #slots = new Uint32Array(0);
    begin(minute) {
        this.minute = minute;
        this.#count = 0;
        this.#slots = new Uint32Array(2 * SLOTS_INITIAL);
    }
    add(low, high) {
        if (this.#count >= ENTRIES_MAX)
            this.begin(this.minute);
        if (4 * this.#count >= this.#slots.length)
            this.#grow();
        const added = place(this.#slots, low === 0 && high === 0 ? 1 : low, high);
        if (added)
            this.#count += 1;
        return added;
    }
    #grow() {
        const before = this.#slots;
        this.#slots = new Uint32Array(2 * before.length);
        for (let slot = 0; slot < before.length; slot += 2) {
            const low = before[slot];
            const high = before[slot + 1];
            if (low !== 0 || high !== 0)
                place(this.#slots, low, high);
        }
    }
}
/** Slots are a power of two and at most half full, so the walk is short and ends. */
function place(slots, low, high) {
    const mask = slots.length / 2 - 1;
    for (let index = low & mask;; index = (index + 1) & mask) {
        const slot = 2 * index;
        if (slots[slot] === 0 && slots[slot + 1] === 0) {
            slots[slot] = low;
            slots[slot + 1] = high;
            return true;
        }
        if (slots[slot] === low && slots[slot + 1] === high)
            return false;
    }
}
//# sourceMappingURL=nonces.js.map