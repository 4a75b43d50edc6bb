const BAD = [400];
const DEEP = [17, 100, 1000, 2000];
const NUMBERS = [
    ...[
        '-0',
        '0',
        '1e999',
        '-1e999',
        '1e1',
        '1.0',
        '01',
        '+1',
        '.5',
        '1.',
        '0x1',
        'NaN',
        'Infinity',
        '-',
        '1e',
        '١',
    ],
    ...[
        '9007199254740993',
        '1'.repeat(400),
        '2147483648',
        '-1',
        '11',
        '1e-1',
        'null',
        'true',
        '"1"',
        '[1]',
        '{}',
    ],
];
const STRINGS = [
    ...[
        '"\\ud800"',
        '"\\udc00x"',
        '"\\ud800\\ud800"',
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\x41"',
        '"\\u12"',
        '"\\',
        '"\t"',
    ],
    ...[
        '"\u202e"',
        '"a b"',
        '""',
        '"../../x"',
        '"a|b"',
        '"\' OR 1=1 --"',
        '"%00"',
        '"{p0}:skus"',
        '"$(id)"',
        '"\u2028"',
    ],
    `"${'x'.repeat(65)}"`,
    `"${'é'.repeat(64)}"`,
];
const MEMBERS = [
    ...[
        '"__proto__":{"quantity":1}',
        '"__proto__":null',
        '"constructor":{"prototype":{"x":1}}',
        '"prototype":1',
    ],
    ...[
        '"toString":1',
        '"hasOwnProperty":1',
        '"\\u005f_proto__":1',
        '"":1',
        '"sku":"other"',
        '"quantity":1',
        '"extra":1',
    ],
];
/** Bytes that are no UTF-8: a lone continuation, cut sequences, overlong forms, surrogates, beyond U+10FFFF. */
const NOT_UTF8 = [
    '80',
    'c3',
    'c0af',
    'e080af',
    'f08080af',
    'eda080',
    'edb080',
    'f4908080',
    'ff',
    'fe',
    'e282',
    'c1bf',
];
export function goodHold(chance, sku = 'phone') {
    return `{"sku":"${sku}","buyerId":"${chance.word()}","quantity":1}`;
}
/** A body for `POST /v1/holds`, most of them wrong. */
export function holdBody(chance) {
    const buyer = chance.word();
    const wrong = (text) => ({ bytes: Buffer.from(text), statuses: BAD });
    switch (chance.below(11)) {
        case 0:
            return wrong(`{"sku":"phone","buyerId":"${buyer}","quantity":${chance.pick(NUMBERS)}}`);
        case 1:
            return wrong(`{"sku":${chance.pick(STRINGS)},"buyerId":"${buyer}","quantity":1}`);
        case 2:
            return wrong(`{"sku":"phone","buyerId":${chance.pick(STRINGS)},"quantity":1}`);
        case 3:
            return wrong(`{"sku":"phone","buyerId":"${buyer}","quantity":1,${chance.pick(MEMBERS)}}`);
        case 4:
            return wrong(`{${chance.pick(MEMBERS)},"sku":"phone","buyerId":"${buyer}","quantity":1}`);
        case 5:
            return wrong(nested(chance));
        case 6:
            return { bytes: notUtf8(chance, goodHold(chance)), statuses: BAD };
        case 7:
            return sized(chance);
        case 8:
            return { bytes: chance.bytes(chance.below(200)), statuses: BAD };
        case 9:
            return wrong(`${chance.pick(['\ufeff', '//x\n', ',', '\u00a0', '[', 'x'])}${goodHold(chance)}`);
        default:
            return cutOrMutated(chance, Buffer.from(goodHold(chance)));
    }
}
function nested(chance) {
    const depth = chance.pick(DEEP);
    const inner = chance.pick(['1', '', '"']);
    const text = chance.often(0.5) ? '['.repeat(depth) + inner : `${'{"a":'.repeat(depth)}${inner}`;
    return chance.often(0.5)
        ? text.slice(0, 4096)
        : `{"sku":"phone","buyerId":"a","quantity":${text.slice(0, 4000)}}`;
}
function notUtf8(chance, text) {
    const at = text.indexOf('"buyerId":"') + '"buyerId":"'.length + chance.below(3);
    const bytes = Buffer.from(chance.pick(NOT_UTF8), 'hex');
    return Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))]);
}
/** Around the limit: a body of 4096 bytes is one, one of 4097 is not. */
function sized(chance) {
    const size = chance.pick([4095, 4096, 4097, 4098, 8192, 65_536]);
    return { bytes: Buffer.from(goodHold(chance).padEnd(size)), statuses: size > 4096 ? [413] : [201, 409] };
}
function cutOrMutated(chance, bytes) {
    if (chance.often(0.4))
        return { bytes: bytes.subarray(0, chance.below(bytes.length)), statuses: BAD };
    return { bytes: mutated(chance, bytes) };
}
const SPECIAL = [0x00, 0x0a, 0x0d, 0x20, 0x09, 0x22, 0x3a, 0x2c, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xff];
/** A few bytes exchanged, put in, taken out or repeated. */
export function mutated(chance, bytes) {
    let result = bytes;
    for (let count = chance.between(1, 4); count > 0; count -= 1) {
        const at = chance.below(result.length + 1);
        const byte = Buffer.from([chance.often(0.6) ? chance.pick(SPECIAL) : chance.below(256)]);
        const span = chance.between(1, chance.often(0.2) ? 40 : 3);
        const [before, after] = [result.subarray(0, at), result.subarray(at)];
        switch (chance.below(4)) {
            case 0:
                result = Buffer.concat([before, byte, after.subarray(1)]);
                break;
            case 1:
                result = Buffer.concat([before, byte, after]);
                break;
            case 2:
                result = Buffer.concat([before, after.subarray(span)]);
                break;
            default:
                result = Buffer.concat([before, after.subarray(0, span), after]);
        }
    }
    return result;
}
const DEFINITIONS = [
    'total',
    'buyerLimit',
    'holdTtlMs',
    'reserved',
    'opensAt',
    'closesAt',
    'delta',
    'reason',
];
const VALUES = [
    ...NUMBERS,
    ...STRINGS,
    ...[
        '"5%"',
        '"101%"',
        '"1e1%"',
        '"2026-11-22T20:00:00.000Z"',
        '"2026-13-41T99:00:00Z"',
        '"+275760-09-13T00:00:00.001Z"',
    ],
    ...['10', '1000000000', '1000000001', '100', '"found"', '0'],
];
/** A body for the operations listener: members that it knows, with values that it may not. */
export function operationsBody(chance) {
    const members = Array.from({ length: chance.between(1, 4) }, () => `"${chance.pick(DEFINITIONS)}":${chance.pick(VALUES)}`);
    if (chance.often(0.1))
        members.push(chance.pick(MEMBERS));
    const text = Buffer.from(`{${members.join(',')}}`);
    return chance.often(0.1) ? mutated(chance, text) : text;
}
//# sourceMappingURL=bodies.js.map