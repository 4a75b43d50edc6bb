/**
 * Framing headers that two parties read differently, from the literature on request smuggling (CL.CL, CL.TE, TE.CL, TE.TE, obs-fold,
 * bare line ends) and RFC 9112, 6.1 and 6.3. `L` stands for the length of the body that follows.
 */
export const AMBIGUOUS = [
    ['Content-Length: L', 'Content-Length: 5'],
    ['Content-Length: 5', 'Content-Length: L'],
    ['Content-Length: L', 'Content-Length: L'],
    ['Content-Length: L, L'],
    ['Content-Length: L, 5'],
    ['Content-Length: +L'],
    ['Content-Length: -1'],
    ['Content-Length: L '.concat('x')],
    ['Content-Length: 0xF'],
    ['Content-Length: L.0'],
    ['Content-Length: 1e2'],
    ['Content-Length: '],
    ['Content-Length: 99999999999999999999999'],
    ['Content-Length: 18446744073709551616'],
    ['Content-Length: 4294967296000000000'],
    ['Content-Length: L', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: L'],
    ['Content-Length: 0', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: chunked, gzip'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding: identity'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunkedx'],
    ['Transfer-Encoding: "chunked"'],
    ['Transfer-Encoding: chunked;q=1'],
    ['Transfer-Encoding: , chunked'],
    ['Transfer-Encoding:'],
    ['Transfer-Encoding: \x0bchunked'],
    ['Transfer-Encoding: chunked\x00'],
    ['Transfer-Encoding: chunked\x0c'],
    ['Transfer-Encoding\x20: chunked', 'Content-Length: L'],
    ['Transfer-Encoding\t: chunked', 'Content-Length: L'],
    ['Content-Length\x20: L'],
    ['Content-Length\t: 5', 'Content-Length: L'],
    ['\x20Transfer-Encoding: chunked', 'Content-Length: L'],
    ['X: y', '\tTransfer-Encoding: chunked', 'Content-Length: L'],
    ['X: y\nTransfer-Encoding: chunked', 'Content-Length: L'],
    ['X: y\rTransfer-Encoding: chunked', 'Content-Length: L'],
    ['X: y\rContent-Length: 5', 'Content-Length: L'],
    ['Transfer-Encoding:\r\n chunked', 'Content-Length: L'],
    ['Content-Length:\r\n L'],
    ['Content-Length: L\x00'],
    ['Content\x00-Length: 5', 'Content-Length: L'],
];
/** Chunked bodies whose end is in doubt. */
const CHUNKS = [
    '0\n\n',
    '0x0\r\n\r\n',
    '-1\r\n\r\n',
    '+0\r\n\r\n',
    'ffffffffffffffffff\r\n',
    '10000000000000000\r\n',
    '8000000000000000\r\n',
    '5\nhello\r\n0\r\n\r\n',
    '5\r\nhelloXX0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    'G\r\n\r\n',
    '\r\n\r\n',
    ' 5\r\nhello\r\n0\r\n\r\n',
    '5 5\r\nhello\r\n0\r\n\r\n',
];
/** A hold on a SKU that nobody may get a unit of: if one does, bytes of one request were read as another. */
export const SMUGGLED_SKU = 'smuggled';
/** A request whose length is in doubt, with a hold inside or behind it. */
export function smuggling(make) {
    const { chance } = make;
    const smuggled = make.hold(SMUGGLED_SKU, chance.word(), `smuggled-${chance.word()}`);
    const isChunked = chance.often(0.25);
    const [wire, framing] = isChunked
        ? [Buffer.from(chance.pick(CHUNKS), 'latin1'), ['Transfer-Encoding: chunked']]
        : [inside(chance, smuggled), chance.pick(AMBIGUOUS)];
    const lines = framing.map((line) => line.replaceAll('L', (letter, at) => lengthAt(line, letter, at, wire)));
    const target = chance.pick([
        ['POST', '/v1/holds'],
        ['GET', '/v1/skus/phone'],
        ['POST', '/nowhere'],
        ['DELETE', '/v1/holds/x'],
        ['POST', '/v1/holds/x/confirm'],
    ]);
    // A GET takes no body, so how its chunks end is never looked at: it is answered, and what follows is garbage.
    const method = isChunked ? 'POST' : target[0];
    const head = make.request('storefront', {
        method,
        target: isChunked ? '/v1/holds' : target[1],
        body: '',
        framing: lines,
        wireBody: wire,
        idempotencyKey: chance.word(),
    });
    const bytes = Buffer.concat([head, smuggled]);
    return {
        family: 'smuggling',
        listener: 'storefront',
        bytes,
        ending: 'refused',
        expected: [],
        ...cut(chance, bytes),
    };
}
/** `L` is the length, but not the one of `Length` or `Content-Length`. */
function lengthAt(line, letter, at, wire) {
    return /[A-Za-z-]/.test(line[at - 1] ?? '') || /[a-z]/.test(line[at + 1] ?? '')
        ? letter
        : String(wire.length);
}
function inside(chance, smuggled) {
    const chunk = `${smuggled.length.toString(16)}\r\n${smuggled.toString('latin1')}\r\n0\r\n\r\n`;
    return Buffer.from(chance.pick([`0\r\n\r\n${smuggled.toString('latin1')}`, chunk, smuggled.toString('latin1'), 'hello']), 'latin1');
}
/**
 * Now and then in several writes, so that the engine sees the bytes in pieces. Never inside the request line: uWebSockets takes
 * that for another version of HTTP and answers 505 (test/gateway/framing.test.ts).
 */
export function cut(chance, bytes) {
    if (!chance.often(0.15))
        return {};
    const line = bytes.indexOf('\r\n') + 2;
    const cuts = Array.from({ length: chance.between(1, 4) }, () => chance.between(line, bytes.length));
    return { cuts: cuts.sort((a, b) => a - b) };
}
//# sourceMappingURL=smuggling.js.map