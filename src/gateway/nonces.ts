import { randomBytes } from 'node:crypto';
import { type SipHashKey, sipHash128, sipHashKey } from '../domain/siphash.js';

const BUCKET_SECONDS = 60;
const SLOTS_INITIAL = 1024;
/** 16 bytes a slot pair at half load: a bucket takes 4 MB at most, all twelve 48 MB. */
const ENTRIES_MAX = 262_144;

/**
 * Fingerprints (64 bits, keyed, so that nobody can aim for a collision) of nonces whose timestamps still pass, in buckets by
 * signed minute:
 *
 *     … | 12:03 | 12:04 | 12:05 | 12:06 | …     a ring, a bucket is emptied when its minute has passed out of tolerance
 *
 * A bucket that is full forgets what it had and begins again, so a replay may go unnoticed *here* under a flood; it is
 * still no second hold, because the nonce is also the idempotency key of a request that gives none.
 */
export class NonceMemory {
  readonly #key: SipHashKey = sipHashKey(randomBytes(16));
  readonly #hash = new Uint32Array(4);
  readonly #buckets: Bucket[];

  /** `toleranceSeconds`: how far a timestamp may be off, either way. */
  constructor(toleranceSeconds: number) {
    const minutes = Math.ceil((2 * toleranceSeconds) / BUCKET_SECONDS) + 2;
    this.#buckets = Array.from({ length: minutes }, () => new Bucket());
  }

  /** False when the nonce was added before with a timestamp that still passes. `seconds`: the signed timestamp. */
  add(keyId: string, nonce: string, seconds: number): boolean {
    const minute = Math.floor(seconds / BUCKET_SECONDS);
    const bucket = this.#buckets[minute % this.#buckets.length]!;
    if (bucket.minute !== minute) bucket.begin(minute);
    sipHash128(this.#key, `${keyId} ${nonce}`, this.#hash);
    return bucket.add(this.#hash[0]!, this.#hash[1]!);
  }
}

/** An open-addressing set of pairs of words; (0, 0) is an empty slot. */
class Bucket {
  minute = -1;
  #count = 0;
  #slots = new Uint32Array(0);

  begin(minute: number): void {
    this.minute = minute;
    this.#count = 0;
    this.#slots = new Uint32Array(2 * SLOTS_INITIAL);
  }

  add(low: number, high: number): boolean {
    if (this.#count >= ENTRIES_MAX) this.begin(this.minute);
    if (4 * this.#count >= this.#slots.length) this.#grow();
    const added = place(this.#slots, low === 0 && high === 0 ? 1 : low, high);
    if (added) this.#count += 1;
    return added;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let slot = 0; slot < before.length; slot += 2) {
      const low = before[slot]!;
      const high = before[slot + 1]!;
      if (low !== 0 || high !== 0) place(this.#slots, low, high);
    }
  }
}

/** Slots are a power of two and at most half full, so the walk is short and ends. */
function place(slots: Uint32Array, low: number, high: number): boolean {
  const mask = slots.length / 2 - 1;
  for (let index = low & mask; ; index = (index + 1) & mask) {
    const slot = 2 * index;
    if (slots[slot] === 0 && slots[slot + 1] === 0) {
      slots[slot] = low;
      slots[slot + 1] = high;
      return true;
    }
    if (slots[slot] === low && slots[slot + 1] === high) return false;
  }
}
