import t from 'tap';
import { sipHash128, sipHashKey } from '../../src/domain/siphash.js';
// The authors' reference vectors: key 00 … 0f, message of length n is 00 … n-1. First eleven of sixty-four.
const VECTORS = [
    'a3817f04ba25a8e66df67214c7550293',
    'da87c1d86b99af44347659119b22fc45',
    '8177228da4a45dc7fca38bdef60affe4',
    '9c70b60c5267a94e5f33b6b02985ed51',
    'f88164c12d9c8faf7d0f6e7c7bcd5579',
    '1368875980776f8854527a07690e9627',
    '14eeca338b208613485ea0308fd7a15e',
    'a1f1ebbed8dbc153c0b84aa61ff08239',
    '3b62a9ba6258f5610f83e264f31497b4',
    '264499060ad9baabc47f8b02bb6d71ed',
];
t.test('SipHash-2-4-128 reproduces the reference vectors', async (t) => {
    const key = sipHashKey(Uint8Array.from({ length: 16 }, (_, index) => index));
    for (const [length, expected] of VECTORS.entries()) {
        const message = String.fromCharCode(...Array.from({ length }, (_, index) => index));
        const out = new Uint32Array(4);
        sipHash128(key, message, out);
        const bytes = Buffer.alloc(16);
        out.forEach((word, index) => {
            bytes.writeUInt32LE(word, index * 4);
        });
        t.equal(bytes.toString('hex'), expected, `length ${length}`);
        const half = new Uint32Array(2);
        sipHash128(key, message, half);
        t.same([...half], [...out.subarray(0, 2)], 'the first half alone');
    }
});
t.test('a key of another length is refused', async (t) => {
    t.throws(() => sipHashKey(new Uint8Array(15)), /16 bytes, not 15/);
});
//# sourceMappingURL=siphash.test.js.map