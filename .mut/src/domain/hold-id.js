import { createHash } from 'node:crypto';
import { codeAt } from './code-at.js';
import { PARTITIONS_MAX } from './partition.js';
import { sipHash128, sipHashKey } from './siphash.js';
/**
 * A hold id is 28 characters of base64url:
 *
 *     ┌───────────┬──────────────────────────────┬───────────────┐
 *     │ partition │ MAC of the idempotency scope │ proof it's ours│
 *     │ 2 (12 bit)│ 20 (120 bit)                 │ 6 (36 bit)    │
 *     └───────────┴──────────────────────────────┴───────────────┘
 *
 * The scope is (credential, SKU, idempotency key), so the same request always names the same hold, and the hold is its
 * own idempotency record. The partition leads to its keys without a lookup. The proof is a MAC over the credential and the
 * first 22 characters: it tells a genuine id whose hold is gone (lost with an older store, purged) from an invented one, and
 * from one that belongs to another credential, without storing who a hold belongs to.
 */
export const HOLD_ID_PATTERN = /^[A-Za-z0-9_-]{28}$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PAIRS = Array.from({ length: 4096 }, (_, value) => ALPHABET.charAt(value >>> 6) + ALPHABET.charAt(value & 63));
const VALUES = new Map(PAIRS.map((pair, value) => [pair, value]));
export class HoldIdMinter {
    #scopeKey;
    #proofKey;
    #scope = new Uint32Array(4);
    #proof = new Uint32Array(2);
    #credential = '';
    /** `secret`: any length; the same for every engine of a deployment and kept for its life. */
    constructor(secret) {
        const digest = createHash('sha256').update('holdfast hold id\0').update(secret).digest();
        this.#scopeKey = sipHashKey(digest.subarray(0, 16));
        this.#proofKey = sipHashKey(digest.subarray(16, 32));
    }
    /**
     * MAC of the scope, left in this minter until the next call. Returns its first word, which the board uses as the key's
     * fingerprint. Separate from `mint` because a request refused on the board never needs the whole id.
     */
    scope(credential, sku, key) {
        this.#credential = credential;
        // Space is in no identifier, so two scopes can never read alike.
        sipHash128(this.#scopeKey, `${credential} ${sku} ${key}`, this.#scope);
        return this.#scope[0];
    }
    /** The id of the scope given last, in `partition` (0 … 4095). */
    mint(partition) {
        if (!(partition >= 0 && partition < PARTITIONS_MAX))
            throw new RangeError(`partition ${partition} is out of range`);
        const w0 = this.#scope[0];
        const w1 = this.#scope[1];
        const w2 = this.#scope[2];
        const w3 = this.#scope[3];
        const head = PAIRS[partition] +
            PAIRS[w0 >>> 20] +
            PAIRS[(w0 >>> 8) & 4095] +
            PAIRS[((w0 & 255) << 4) | (w1 >>> 28)] +
            PAIRS[(w1 >>> 16) & 4095] +
            PAIRS[(w1 >>> 4) & 4095] +
            PAIRS[((w1 & 15) << 8) | (w2 >>> 24)] +
            PAIRS[(w2 >>> 12) & 4095] +
            PAIRS[w2 & 4095] +
            PAIRS[w3 >>> 20] +
            PAIRS[(w3 >>> 8) & 4095];
        return head + this.#proofOf(head, this.#credential);
    }
    /** Partition of a genuine id of `credential`; `undefined` for anything this deployment did not mint for it. */
    partitionOf(holdId, credential) {
        if (!HOLD_ID_PATTERN.test(holdId))
            return undefined;
        const head = holdId.slice(0, 22);
        if (this.#proofOf(head, credential) !== holdId.slice(22))
            return undefined;
        return VALUES.get(holdId.slice(0, 2));
    }
    #proofOf(head, credential) {
        // The head has one length, so where the credential begins is never in doubt.
        sipHash128(this.#proofKey, head + credential, this.#proof);
        const w0 = this.#proof[0];
        const w1 = this.#proof[1];
        return PAIRS[w0 >>> 20] + PAIRS[(w0 >>> 8) & 4095] + PAIRS[w1 >>> 20];
    }
}
/** The word the board keeps of a hold id it did not mint itself (holds found at start, other engines' events). */
export function fingerprintOf(holdId) {
    const first = VALUES.get(holdId.slice(2, 4)) ?? 0;
    const second = VALUES.get(holdId.slice(4, 6)) ?? 0;
    const third = VALUES.get(holdId.slice(6, 8)) ?? 0;
    return ((first << 20) | (second << 8) | (third >>> 4)) >>> 0;
}
const CODES = new Uint8Array(128);
for (let value = 0; value < ALPHABET.length; value += 1)
    CODES[ALPHABET.charCodeAt(value)] = value;
/** Partition that a hold id names; for ids known to be genuine (`HoldIdMinter.partitionOf` checks), otherwise any. */
export function partitionOfHoldId(holdId) {
    if (holdId.length < 2)
        return 0;
    return ((CODES[codeAt(holdId, 0)] ?? 0) << 6) | (CODES[codeAt(holdId, 1)] ?? 0);
}
//# sourceMappingURL=hold-id.js.map