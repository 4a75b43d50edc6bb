import { codeAt } from './code-at.js';
export function sipHashKey(bytes) {
    if (bytes.length !== 16)
        throw new RangeError(`a SipHash key is 16 bytes, not ${bytes.length}`);
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
/** Four bytes of `text` from `index`, little-endian; those beyond its end are 0. */
function wordAt(text, index) {
    const { length } = text;
    if (index + 4 <= length) {
        return ((codeAt(text, index) & 0xff) |
            ((codeAt(text, index + 1) & 0xff) << 8) |
            ((codeAt(text, index + 2) & 0xff) << 16) |
            (codeAt(text, index + 3) << 24));
    }
    let word = 0;
    for (let at = index, shift = 0; at < length; at += 1, shift += 8)
        word |= (codeAt(text, at) & 0xff) << shift;
    return word;
}
/**
 * Hashes the characters of `text` as bytes (the caller passes ASCII; other characters would lose their high bits)
 * and writes four 32-bit words, little-endian order, to `out`; or the first two, which is cheaper, when it has only two.
 *
 * One function with its state in local variables, which live in registers: with the state outside and a function for
 * the round it takes three times as long. aL/aH … dL/dH are the low and high halves of v0 … v3.
 */
export function sipHash128(key, text, out) {
    let aL = key[0] ^ 0x70736575;
    let aH = key[1] ^ 0x736f6d65;
    let bL = key[2] ^ 0x6e646f6d ^ 0xee;
    let bH = key[3] ^ 0x646f7261;
    let cL = key[0] ^ 0x6e657261;
    let cH = key[1] ^ 0x6c796765;
    let dL = key[2] ^ 0x79746573;
    let dH = key[3] ^ 0x74656462;
    // The last block is what is left of the text, and its length in the highest byte. Then come the two halves of the result.
    const blocks = Math.floor(text.length / BLOCK_BYTES) + 1;
    const steps = blocks + out.length / 2;
    for (let step = 0; step < steps; step += 1) {
        let low = 0;
        let high = 0;
        let rounds = FINAL_ROUNDS;
        if (step < blocks) {
            rounds = COMPRESSION_ROUNDS;
            low = wordAt(text, step * BLOCK_BYTES);
            high = wordAt(text, step * BLOCK_BYTES + 4);
            if (step === blocks - 1)
                high |= text.length << 24;
            dL ^= low;
            dH ^= high;
        }
        else if (step === blocks)
            cL ^= 0xee;
        else
            bL ^= 0xdd;
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
        }
        else {
            const half = (step - blocks) * 2;
            out[half] = aL ^ bL ^ cL ^ dL;
            out[half + 1] = aH ^ bH ^ cH ^ dH;
        }
    }
}
//# sourceMappingURL=siphash.js.map