import fc from 'fast-check';
import t from 'tap';
import { HoldDecoder } from '../../src/gateway/decode-hold.js';
const QUANTITY_MAX = 10;
const decoder = new HoldDecoder(QUANTITY_MAX);
const identifier = fc.stringMatching(/^[A-Za-z0-9._:@+~-]{1,64}$/);
const plainAddress = fc.stringMatching(/^[ -!#-[\]-{}~]{1,64}$/);
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const body = fc.record({
    sku: identifier,
    buyerId: identifier,
    quantity: fc.integer({ min: 1, max: QUANTITY_MAX }),
    clientAddress: plainAddress,
}, { requiredKeys: ['sku', 'buyerId', 'quantity'] });
/** The members in any order, with any white space between. */
const written = fc
    .tuple(body, fc.infiniteStream(fc.nat({ max: 3 })), fc.infiniteStream(space))
    .map(([value, order, spaces]) => {
    const next = () => spaces.next().value ?? '';
    const members = Object.entries(value)
        .map((member) => ({ member, rank: order.next().value ?? 0 }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ member: [name, data] }) => `${next()}"${name}"${next()}:${next()}${JSON.stringify(data)}${next()}`);
    return `${next()}{${members.join(',')}}${next()}`;
});
t.test('any valid body, in any order and spacing, decodes as JSON.parse does, by the fast path', async (t) => {
    fc.assert(fc.property(written, (text) => {
        const fast = decoder.decodeFast(Buffer.from(text));
        t.same(fast?.value, JSON.parse(text), text);
        t.same(decoder.decodeSlowly(Buffer.from(text)), fast, 'the slow path agrees');
    }), { numRuns: 300 });
});
t.test('escapes and other scripts go the slow way and mean what JSON says', async (t) => {
    const given = '{"sku":"a\\u002Bb","buyerId":"\\u0061da","quantity":2,"clientAddress":"Zürich 🏔"}';
    t.equal(decoder.decodeFast(Buffer.from(given)), undefined);
    t.same(decoder.decode(Buffer.from(given)), {
        ok: true,
        value: { sku: 'a+b', buyerId: 'ada', quantity: 2, clientAddress: 'Zürich 🏔' },
    });
});
const valid = { sku: 'phone', buyerId: 'ada', quantity: 1 };
const without = (name) => JSON.stringify({ ...valid, [name]: undefined });
/** Each body with the pointers of what must be named as wrong. */
const wrong = [
    ['', ['']],
    ['{', ['']],
    ['[]', ['']],
    ['null', ['']],
    ['"text"', ['']],
    [`${JSON.stringify(valid)}x`, ['']],
    [`${JSON.stringify(valid).slice(0, -1)},}`, ['']],
    ["{'sku':1}", ['']],
    ['{"sku":"a\nb"}', ['']],
    ['{"sku":"a\\xb"}', ['']],
    ['{"sku":"\\ud8"}', ['']],
    [`{"sku":${'['.repeat(2000)}`, ['']],
    ['{}', ['/sku', '/buyerId', '/quantity']],
    [without('sku'), ['/sku']],
    [without('buyerId'), ['/buyerId']],
    [without('quantity'), ['/quantity']],
    [JSON.stringify({ ...valid, sku: 1, buyerId: null, quantity: '1' }), ['/sku', '/buyerId', '/quantity']],
    [JSON.stringify({ ...valid, sku: '', buyerId: 'a b' }), ['/sku', '/buyerId']],
    [JSON.stringify({ ...valid, sku: 'x'.repeat(65) }), ['/sku']],
    [JSON.stringify({ ...valid, sku: 'x'.repeat(3900) }), ['/sku']],
    [JSON.stringify({ ...valid, sku: '{}', buyerId: '"' }), ['/sku', '/buyerId']],
    [JSON.stringify({ ...valid, buyerId: 'a\0b' }), ['/buyerId']],
    ['{"sku":"phone","buyerId":"\\u0000","quantity":1}', ['/buyerId']],
    [JSON.stringify({ ...valid, sku: 'é' }), ['/sku']],
    [JSON.stringify({ ...valid, clientAddress: '' }), ['/clientAddress']],
    [JSON.stringify({ ...valid, clientAddress: 'a|b' }), ['/clientAddress']],
    [JSON.stringify({ ...valid, clientAddress: 'x'.repeat(65) }), ['/clientAddress']],
    ['{"sku":"phone","buyerId":"ada","quantity":1,"clientAddress":"\\ud800"}', ['/clientAddress']],
    [JSON.stringify({ ...valid, extra: 1, 'a/b~c': 2 }), ['/extra', '/a~1b~0c']],
    [JSON.stringify({ ...valid, __proto__x: 1, constructor: 1 }), ['/__proto__x', '/constructor']],
    ['{"__proto__":1,"sku":"phone","buyerId":"ada","quantity":1}', ['/__proto__']],
    ['{"sku":"phone","sku":"other","buyerId":"ada","quantity":1}', ['/sku']],
    ['{"sku":"phone","buyerId":"ada","quantity":1,"quantity":1}', ['/quantity']],
    ...['0', '-1', '1.5', '1.0', '1e1', '1E0', '11', '99999999999999999999', '1e400', 'true', '[1]'].map((quantity) => [`{"sku":"phone","buyerId":"ada","quantity":${quantity}}`, ['/quantity']]),
    ...['01', '+1', '.5', 'NaN', '1.', '-', '0x1'].map((quantity) => [`{"sku":"phone","buyerId":"ada","quantity":${quantity}}`, ['']]),
];
t.test('everything wrong is named, and nothing wrong passes', async (t) => {
    for (const [text, pointers] of wrong) {
        const decoded = decoder.decode(Buffer.from(text));
        t.same(decoded.ok ? [] : decoded.errors.map((error) => error.pointer), pointers, text.slice(0, 80));
    }
    const notUtf8 = Buffer.concat([Buffer.from('{"sku":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    t.match(decoder.decode(notUtf8), { ok: false, errors: [{ detail: 'the body is not UTF-8' }] });
    const bom = Buffer.from(`\ufeff${JSON.stringify(valid)}`);
    t.match(decoder.decode(bom), { ok: false }, 'a byte order mark is no JSON');
});
t.test('no bytes whatever make it throw, and the fast path never accepts what the slow one refuses', async (t) => {
    const nearlyValid = fc
        .tuple(written, fc.nat({ max: 200 }), fc.uint8Array({ maxLength: 3 }))
        .map(([text, at, patch]) => {
        const bytes = Buffer.from(text);
        bytes.set(patch.slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
        return bytes;
    });
    const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    const json = fc.json().map((text) => Buffer.from(text));
    fc.assert(fc.property(fc.oneof(nearlyValid, anything, json), (bytes) => {
        const fast = decoder.decodeFast(bytes);
        const slow = decoder.decodeSlowly(bytes);
        if (fast !== undefined)
            t.same(fast, slow);
        t.ok(slow.ok || slow.errors.length > 0);
    }), { numRuns: 1000 });
});
//# sourceMappingURL=decode-hold.test.js.map