import { codeAt } from './code-at.js';

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

const BLOCK_BYTES = 8;
const COMPRESSION_ROUNDS = 2;
const FINAL_ROUNDS = 4;

/** The text hashed now as words; grows to the longest there was, which the contract bounds. */
let packed = new Uint32Array(64);

/** Puts the characters of `text` as bytes into `packed`, little-endian, with zeros up to the end of the last block. */
function pack(text: string): void {
  const { length } = text;
  const words = wordsOf(length);
  if (words > packed.length) packed = new Uint32Array(2 * words);
  const whole = length >>> 2;
  for (let word = 0, at = 0; word < whole; word += 1, at += 4) {
    packed[word] =
      (codeAt(text, at) & 0xff) |
      ((codeAt(text, at + 1) & 0xff) << 8) |
      ((codeAt(text, at + 2) & 0xff) << 16) |
      (codeAt(text, at + 3) << 24);
  }
  let rest = 0;
  for (let at = whole * 4, shift = 0; at < length; at += 1, shift += 8)
    rest |= (codeAt(text, at) & 0xff) << shift;
  packed[whole] = rest;
  if (whole + 1 < words) packed[whole + 1] = 0;
}

/** Words of the blocks that hold so many bytes and, in the last byte of the last block, how many they are. */
function wordsOf(bytes: number): number {
  return 2 * (Math.floor(bytes / BLOCK_BYTES) + 1);
}

/**
 * Hashes the characters of `text` as bytes (the caller passes ASCII; other characters would lose their high bits)
 * and writes four 32-bit words, little-endian order, to `out`; or the first two, which is cheaper, when it has only two.
 */
export function sipHash128(key: SipHashKey, text: string, out: Uint32Array): void {
  pack(text);
  sipHashWords(key, packed, text.length, out);
}

/**
 * The same of `bytes` bytes in little-endian words. Those of the last block must all be there, and zero beyond the end.
 *
 * One function with its state in local variables, which live in registers: with the state outside and a function for
 * the round it takes three times as long. aL/aH … dL/dH are the low and high halves of v0 … v3.
 */
export function sipHashWords(key: SipHashKey, words: Uint32Array, bytes: number, out: Uint32Array): void {
  let aL = key[0] ^ 0x70736575;
  let aH = key[1] ^ 0x736f6d65;
  let bL = key[2] ^ 0x6e646f6d ^ 0xee;
  let bH = key[3] ^ 0x646f7261;
  let cL = key[0] ^ 0x6e657261;
  let cH = key[1] ^ 0x6c796765;
  let dL = key[2] ^ 0x79746573;
  let dH = key[3] ^ 0x74656462;
  // The last block is what is left of the message, and its length in the highest byte. Then come the two halves of the result.
  const blocks = wordsOf(bytes) / 2;
  const steps = blocks + out.length / 2;
  for (let step = 0; step < steps; step += 1) {
    let low = 0;
    let high = 0;
    let rounds = FINAL_ROUNDS;
    if (step < blocks) {
      rounds = COMPRESSION_ROUNDS;
      low = words[2 * step]! | 0;
      high = words[2 * step + 1]! | 0;
      if (step === blocks - 1) high |= bytes << 24;
      dL ^= low;
      dH ^= high;
    } else if (step === blocks) cL ^= 0xee;
    else bL ^= 0xdd;
    for (; rounds > 0; rounds -= 1) {
      // v0 += v1, v1 = rotl(v1, 13) ^ v0, v0 = rotl(v0, 32)
      let sum = (aL + bL) | 0;
      const oneH = (aH + bH + (sum >>> 0 < aL >>> 0 ? 1 : 0)) | 0;
      let turned = ((bL << 13) | (bH >>> 19)) ^ sum;
      bH = ((bH << 13) | (bL >>> 19)) ^ oneH;
      bL = turned;
      aH = sum;
      aL = oneH;
      // v2 += v3, v3 = rotl(v3, 16) ^ v2
      sum = (cL + dL) | 0;
      cH = (cH + dH + (sum >>> 0 < cL >>> 0 ? 1 : 0)) | 0;
      cL = sum;
      turned = ((dL << 16) | (dH >>> 16)) ^ cL;
      dH = ((dH << 16) | (dL >>> 16)) ^ cH;
      dL = turned;
      // v0 += v3, v3 = rotl(v3, 21) ^ v0
      sum = (aL + dL) | 0;
      aH = (aH + dH + (sum >>> 0 < aL >>> 0 ? 1 : 0)) | 0;
      aL = sum;
      turned = ((dL << 21) | (dH >>> 11)) ^ aL;
      dH = ((dH << 21) | (dL >>> 11)) ^ aH;
      dL = turned;
      // v2 += v1, v1 = rotl(v1, 17) ^ v2, v2 = rotl(v2, 32)
      sum = (cL + bL) | 0;
      const twoH = (cH + bH + (sum >>> 0 < cL >>> 0 ? 1 : 0)) | 0;
      turned = ((bL << 17) | (bH >>> 15)) ^ sum;
      bH = ((bH << 17) | (bL >>> 15)) ^ twoH;
      bL = turned;
      cH = sum;
      cL = twoH;
    }
    if (step < blocks) {
      aL ^= low;
      aH ^= high;
    } else {
      const half = (step - blocks) * 2;
      out[half] = aL ^ bL ^ cL ^ dL;
      out[half + 1] = aH ^ bH ^ cH ^ dH;
    }
  }
}
