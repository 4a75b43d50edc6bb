import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import t from 'tap';
import { MessagePackWriter } from '../../src/stock/message-pack.js';
const unpackr = new Unpackr({ useRecords: false });
const packr = new Packr({ useRecords: false });
const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 100 }));
const number = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat(), fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0xffffffff, 0x100000000));
t.test('what is written reads as it was', async (t) => {
    const writer = new MessagePackWriter();
    fc.assert(fc.property(fc.array(text, { maxLength: 20 }), fc.array(number, { maxLength: 70 }), (texts, numbers) => {
        writer.array(2);
        writer.texts(texts);
        writer.numbers(numbers);
        const expected = [texts, numbers.map((value) => (Object.is(value, -0) ? 0 : value))];
        t.same(unpackr.unpack(writer.take()), expected);
    }), { numRuns: 100 });
});
t.test('texts and columns of every length of header', async (t) => {
    const writer = new MessagePackWriter();
    const texts = [0, 31, 32, 255, 256, 65_535, 65_536].flatMap((length) => [
        'x'.repeat(length),
        'é'.repeat(length),
    ]);
    writer.texts(texts);
    t.same(unpackr.unpack(writer.take()), texts);
    for (const length of [15, 16, 65_535, 65_536]) {
        const numbers = Array.from({ length }, (_, index) => index);
        writer.numbers(numbers);
        t.ok(writer.take().equals(packr.pack(numbers)), String(length));
    }
});
t.test('plain columns are the bytes the general packer writes', async (t) => {
    const texts = Array.from({ length: 200 }, (_, index) => `buyer-${'x'.repeat(index % 40)}${index}`);
    const numbers = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 1_795_355_948_094];
    const writer = new MessagePackWriter();
    writer.array(2);
    writer.texts(texts);
    writer.numbers(numbers);
    t.same(writer.take(), packr.pack([texts, numbers]));
});
t.test('what was taken stays as it is while more is written', async (t) => {
    const writer = new MessagePackWriter();
    const taken = [];
    for (let round = 0; round < 40; round += 1) {
        writer.texts(Array.from({ length: 100 }, () => `round ${round} ${'-'.repeat(60)}`));
        taken.push(writer.take());
    }
    for (const [round, bytes] of taken.entries()) {
        t.ok(unpackr.unpack(bytes).every((value) => value.startsWith(`round ${round} -`)));
    }
});
//# sourceMappingURL=message-pack.test.js.map