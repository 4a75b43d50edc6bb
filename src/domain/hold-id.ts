import { createHash } from 'node:crypto';
import { codeAt } from './code-at.js';
import { PARTITIONS_MAX } from './partition.js';
import { type SipHashKey, sipHash128, sipHashKey, sipHashWords } from './siphash.js';

/**
 * A hold id is 28 characters of base64url:
 *
 *     ┌───────────┬──────────────────────────────┬───────────────┐
 *     │ partition │ MAC of the idempotency scope │ proof it's ours│
 *     │ 2 (12 bit)│ 20 (120 bit)                 │ 6 (36 bit)    │
 *     └───────────┴──────────────────────────────┴───────────────┘
 *
 * The scope is (credential, SKU, idempotency key), so the same request always names the same hold, and the hold is its
 * own idempotency record. The partition leads to its keys without a lookup. The proof is a MAC over what the first 22 characters
 * say, with a key of the credential: it tells a genuine id whose hold is gone (lost with an older store, purged) from an invented one, and
 * from one that belongs to another credential, without storing who a hold belongs to.
 */
export const HOLD_ID_PATTERN = /^[A-Za-z0-9_-]{28}$/;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Character codes by value, and back. */
const DIGITS = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const VALUES = new Uint8Array(128);
for (const [value, digit] of DIGITS.entries()) VALUES[digit] = value;

/** Keys derived for credentials and SKUs are kept for so many; names that exist nowhere must not fill the memory. */
const DERIVED_KEYS_MAX = 65_536;
/** Bytes that the proof is a MAC of: 120 bits of the scope's MAC in four words, and the partition in one. */
const PROVEN_BYTES = 20;

export class HoldIdMinter {
  readonly #scopeKeys: DerivedKeys;
  readonly #proofKeys: DerivedKeys;
  readonly #scope = new Uint32Array(4);
  /** The words that the proof is a MAC of, to the end of their last block. */
  readonly #proven = new Uint32Array(6);
  readonly #proof = new Uint32Array(2);
  #credential = '';

  /** `secret`: any length; the same for every engine of a deployment and kept for its life. */
  constructor(secret: string) {
    const digest = createHash('sha256').update('holdfast hold id\0').update(secret).digest();
    this.#scopeKeys = new DerivedKeys(sipHashKey(digest.subarray(0, 16)));
    this.#proofKeys = new DerivedKeys(sipHashKey(digest.subarray(16, 32)));
  }

  /**
   * MAC of the scope, left in this minter until the next call. Returns its first word, which the board uses as the key's
   * fingerprint. Separate from `mint` because a request refused on the board never needs the whole id.
   */
  scope(credential: string, sku: string, key: string): number {
    this.#credential = credential;
    sipHash128(this.#scopeKeys.of(credential, sku), key, this.#scope);
    return this.#scope[0]!;
  }

  /** The id of the scope given last, in `partition` (0 … 4095). */
  mint(partition: number): string {
    if (!(partition >= 0 && partition < PARTITIONS_MAX))
      throw new RangeError(`partition ${partition} is out of range`);
    const w0 = this.#scope[0]!;
    const w1 = this.#scope[1]!;
    const w2 = this.#scope[2]!;
    const w3 = this.#scope[3]!;
    const proof = this.#prove(this.#credential, partition, w0, w1, w2, w3 & 0xffffff00);
    const p0 = proof[0]!;
    const p1 = proof[1]!;
    // One call makes one flat text: joined of pieces it would be put together once more wherever it is read.
    return String.fromCharCode(
      DIGITS[partition >>> 6]!,
      DIGITS[partition & 63]!,
      DIGITS[w0 >>> 26]!,
      DIGITS[(w0 >>> 20) & 63]!,
      DIGITS[(w0 >>> 14) & 63]!,
      DIGITS[(w0 >>> 8) & 63]!,
      DIGITS[(w0 >>> 2) & 63]!,
      DIGITS[((w0 & 3) << 4) | (w1 >>> 28)]!,
      DIGITS[(w1 >>> 22) & 63]!,
      DIGITS[(w1 >>> 16) & 63]!,
      DIGITS[(w1 >>> 10) & 63]!,
      DIGITS[(w1 >>> 4) & 63]!,
      DIGITS[((w1 & 15) << 2) | (w2 >>> 30)]!,
      DIGITS[(w2 >>> 24) & 63]!,
      DIGITS[(w2 >>> 18) & 63]!,
      DIGITS[(w2 >>> 12) & 63]!,
      DIGITS[(w2 >>> 6) & 63]!,
      DIGITS[w2 & 63]!,
      DIGITS[w3 >>> 26]!,
      DIGITS[(w3 >>> 20) & 63]!,
      DIGITS[(w3 >>> 14) & 63]!,
      DIGITS[(w3 >>> 8) & 63]!,
      DIGITS[p0 >>> 26]!,
      DIGITS[(p0 >>> 20) & 63]!,
      DIGITS[(p0 >>> 14) & 63]!,
      DIGITS[(p0 >>> 8) & 63]!,
      DIGITS[p1 >>> 26]!,
      DIGITS[(p1 >>> 20) & 63]!,
    );
  }

  /** Partition of a genuine id of `credential`; `undefined` for anything this deployment did not mint for it. */
  partitionOf(holdId: string, credential: string): number | undefined {
    if (!HOLD_ID_PATTERN.test(holdId)) return undefined;
    const partition = bitsAt(holdId, 0, 2);
    const w1 =
      ((bitsAt(holdId, 7, 1) << 28) | (bitsAt(holdId, 8, 4) << 4) | (bitsAt(holdId, 12, 1) >>> 2)) >>> 0;
    const w2 = ((bitsAt(holdId, 12, 1) << 30) | bitsAt(holdId, 13, 5)) >>> 0;
    const w3 = (bitsAt(holdId, 18, 4) << 8) >>> 0;
    const [p0, p1] = this.#prove(credential, partition, fingerprintOf(holdId), w1, w2, w3);
    const isGenuine = p0! >>> 8 === bitsAt(holdId, 22, 4) && p1! >>> 20 === bitsAt(holdId, 26, 2);
    return isGenuine ? partition : undefined;
  }

  #prove(credential: string, partition: number, w0: number, w1: number, w2: number, w3: number): Uint32Array {
    const proven = this.#proven;
    proven[0] = w0;
    proven[1] = w1;
    proven[2] = w2;
    proven[3] = w3;
    proven[4] = partition;
    sipHashWords(this.#proofKeys.of(credential, ''), proven, PROVEN_BYTES, this.#proof);
    return this.#proof;
  }
}

/**
 * A key of its own for each credential and SKU: the MAC of their names. Then what is hashed for a request is the rest, which is half
 * as long, and as short a text as the client sent it.
 */
class DerivedKeys {
  readonly #key: SipHashKey;
  readonly #byCredential = new Map<string, Map<string, SipHashKey>>();
  #size = 0;

  constructor(key: SipHashKey) {
    this.#key = key;
  }

  of(credential: string, sku: string): SipHashKey {
    return this.#byCredential.get(credential)?.get(sku) ?? this.#derive(credential, sku);
  }

  #derive(credential: string, sku: string): SipHashKey {
    const words = new Uint32Array(4);
    // Space is in no identifier, so two pairs can never read alike.
    sipHash128(this.#key, `${credential} ${sku}`, words);
    const key: SipHashKey = [words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 0];
    if (this.#size === DERIVED_KEYS_MAX) {
      this.#byCredential.clear();
      this.#size = 0;
    }
    const bySku = this.#byCredential.get(credential) ?? new Map<string, SipHashKey>();
    this.#byCredential.set(credential, bySku.set(sku, key));
    this.#size += 1;
    return key;
  }
}

/** The bits that up to five characters from `at` on stand for, the first the highest. */
function bitsAt(holdId: string, at: number, characters: number): number {
  let bits = 0;
  for (let index = at; index < at + characters; index += 1)
    bits = (bits << 6) | VALUES[codeAt(holdId, index) & 127]!;
  return bits;
}

/** The word the board keeps of a hold id it did not mint itself (holds found at start, other engines' events). */
export function fingerprintOf(holdId: string): number {
  return ((bitsAt(holdId, 2, 5) << 2) | (bitsAt(holdId, 7, 1) >>> 4)) >>> 0;
}

/** Partition that a hold id names; for ids known to be genuine (`HoldIdMinter.partitionOf` checks), otherwise any. */
export function partitionOfHoldId(holdId: string): number {
  return holdId.length < 2 ? 0 : bitsAt(holdId, 0, 2);
}
