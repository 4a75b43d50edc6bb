/**
 * SipHash-2-4 with 128 bits of output: a keyed hash made for short inputs, several times cheaper from JavaScript
 * than a call into OpenSSL, which matters because every request computes one. Works on 32-bit halves, since
 * BigInt arithmetic is far slower. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and the
 * authors' reference vectors (`test/domain/siphash.test.ts`).
 *
 * Not for signatures of requests: those are HMAC-SHA256 (`gateway/auth`).
 */
export type SipHashKey = readonly [k0Low: number, k0High: number, k1Low: number, k1High: number];

export function sipHashKey(bytes: Uint8Array): SipHashKey {
  if (bytes.length !== 16) throw new RangeError(`a SipHash key is 16 bytes, not ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [
    view.getUint32(0, true),
    view.getUint32(4, true),
    view.getUint32(8, true),
    view.getUint32(12, true),
  ];
}

// State of one computation. Module-level and reused: the function is synchronous, and an object or closure per call
// would cost more than the hash itself. aL/aH … dL/dH are the low and high halves of v0 … v3.
let aL = 0;
let aH = 0;
let bL = 0;
let bH = 0;
let cL = 0;
let cH = 0;
let dL = 0;
let dH = 0;

function round(): void {
  let low = (aL >>> 0) + (bL >>> 0);
  aH = (aH + bH + (low > 0xffffffff ? 1 : 0)) | 0;
  aL = low | 0;
  let rotated = (bL << 13) | (bH >>> 19);
  bH = ((bH << 13) | (bL >>> 19)) ^ aH;
  bL = rotated ^ aL;
  rotated = aL;
  aL = aH;
  aH = rotated;

  low = (cL >>> 0) + (dL >>> 0);
  cH = (cH + dH + (low > 0xffffffff ? 1 : 0)) | 0;
  cL = low | 0;
  rotated = (dL << 16) | (dH >>> 16);
  dH = ((dH << 16) | (dL >>> 16)) ^ cH;
  dL = rotated ^ cL;

  low = (aL >>> 0) + (dL >>> 0);
  aH = (aH + dH + (low > 0xffffffff ? 1 : 0)) | 0;
  aL = low | 0;
  rotated = (dL << 21) | (dH >>> 11);
  dH = ((dH << 21) | (dL >>> 11)) ^ aH;
  dL = rotated ^ aL;

  low = (cL >>> 0) + (bL >>> 0);
  cH = (cH + bH + (low > 0xffffffff ? 1 : 0)) | 0;
  cL = low | 0;
  rotated = (bL << 17) | (bH >>> 15);
  bH = ((bH << 17) | (bL >>> 15)) ^ cH;
  bL = rotated ^ cL;
  rotated = cL;
  cL = cH;
  cH = rotated;
}

function byteAt(text: string, index: number): number {
  return text.charCodeAt(index) & 0xff;
}

function absorb(low: number, high: number): void {
  dL ^= low;
  dH ^= high;
  round();
  round();
  aL ^= low;
  aH ^= high;
}

/**
 * Hashes the characters of `text` as bytes (the caller passes ASCII; other characters would lose their high bits)
 * and writes four 32-bit words, little-endian order, to `out`.
 */
export function sipHash128(key: SipHashKey, text: string, out: Uint32Array): void {
  aL = key[0] ^ 0x70736575;
  aH = key[1] ^ 0x736f6d65;
  bL = key[2] ^ 0x6e646f6d ^ 0xee;
  bH = key[3] ^ 0x646f7261;
  cL = key[0] ^ 0x6e657261;
  cH = key[1] ^ 0x6c796765;
  dL = key[2] ^ 0x79746573;
  dH = key[3] ^ 0x74656462;

  const length = text.length;
  const whole = length - (length % 8);
  let index = 0;
  for (; index < whole; index += 8) {
    absorb(
      byteAt(text, index) |
        (byteAt(text, index + 1) << 8) |
        (byteAt(text, index + 2) << 16) |
        (byteAt(text, index + 3) << 24),
      byteAt(text, index + 4) |
        (byteAt(text, index + 5) << 8) |
        (byteAt(text, index + 6) << 16) |
        (byteAt(text, index + 7) << 24),
    );
  }
  let low = 0;
  let high = length << 24;
  for (let shift = 0; index < length; index += 1, shift += 8) {
    if (shift < 32) low |= byteAt(text, index) << shift;
    else high |= byteAt(text, index) << (shift - 32);
  }
  absorb(low, high);

  cL ^= 0xee;
  for (let count = 0; count < 4; count += 1) round();
  out[0] = aL ^ bL ^ cL ^ dL;
  out[1] = aH ^ bH ^ cH ^ dH;
  bL ^= 0xdd;
  for (let count = 0; count < 4; count += 1) round();
  out[2] = aL ^ bL ^ cL ^ dL;
  out[3] = aH ^ bH ^ cH ^ dH;
}
