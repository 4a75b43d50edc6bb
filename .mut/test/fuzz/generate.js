import { goodHold, holdBody, mutated, operationsBody } from './bodies.js';
import { Chance } from './chance.js';
import { RequestMaker } from './input.js';
import { cut, smuggling } from './smuggling.js';
import { HEADER_LINES, METHODS, QUERIES, SEGMENTS, SOME_HOLD_ID, TARGETS } from './words.js';
const OPERATIONS_SKUS = 20;
/** A hold that must be given; its answer must be its own. */
function validHold(make) {
    const { chance } = make;
    const buyer = chance.word();
    const bytes = make.hold('sentinel', buyer, `key-${chance.word(16)}`);
    const contains = `"sku":"sentinel","buyerId":"${buyer}","quantity":1,"state":"held"`;
    const expected = [{ statuses: [201], contains }];
    return {
        family: 'valid hold',
        listener: 'storefront',
        bytes,
        ending: 'answers',
        expected,
        ...cut(chance, bytes),
    };
}
function hostileBody(make) {
    const { chance } = make;
    const body = holdBody(chance);
    const bytes = make.request('storefront', { method: 'POST', target: '/v1/holds', body: body.bytes });
    const expected = [body.statuses === undefined ? {} : { statuses: body.statuses }];
    return {
        family: 'body',
        listener: 'storefront',
        bytes,
        ending: 'answers',
        expected,
        ...cut(chance, bytes),
    };
}
function hostileOperation(make) {
    const { chance } = make;
    const sku = `/v1/skus/${chance.often(0.9) ? `ops-${chance.below(OPERATIONS_SKUS)}` : chance.pick(SEGMENTS)}`;
    const [method, target, takesBody] = chance.pick([
        ['PUT', sku, true],
        ['PATCH', sku, true],
        ['POST', `${sku}/stock`, true],
        ['POST', `${sku}/open`, false],
        ['POST', `${sku}/pause`, false],
        ['GET', `${sku}/audit`, false],
        ['GET', `${sku}/holds?${chance.pick(QUERIES)}`, false],
        ['GET', `/v1/skus?${chance.pick(QUERIES)}`, false],
        ['GET', '/metrics', false],
        ['GET', '/readyz', false],
    ]);
    const bytes = make.request('operations', {
        method,
        target,
        ...(takesBody ? { body: operationsBody(chance), idempotencyKey: `key-${chance.word(3)}` } : {}),
    });
    return {
        family: 'operations',
        listener: 'operations',
        bytes,
        ending: 'answers',
        expected: [{}],
        mayClose: true,
    };
}
function hostileTarget(make) {
    const { chance } = make;
    const method = chance.pick(METHODS);
    const segment = chance.pick(SEGMENTS);
    const target = chance.pick([
        chance.pick(TARGETS),
        `/v1/skus/${segment}`,
        `/v1/holds/${segment}`,
        `/v1/holds/${segment}/confirm`,
        `/problems/${segment}`,
    ]);
    const listener = chance.pick(['storefront', 'operations']);
    const takesBody = /^(POST|PUT|PATCH)$/.test(method);
    const bytes = make.request(listener, { method, target, ...(takesBody ? { body: goodHold(chance) } : {}) });
    // Of a connection that asks for a tunnel or for HTTP/2 nothing but its end is expected.
    const expected = [{ isHead: method === 'HEAD' }];
    return { family: 'target', listener, bytes, ending: 'answers', expected, mayClose: true };
}
function hostileHeaders(make) {
    const { chance } = make;
    const headers = chance.pick([
        () => Array.from({ length: chance.between(1, 4) }, () => chance.pick(HEADER_LINES)),
        () => Array.from({ length: chance.pick([50, 95, 110, 1000]) }, (_, number) => `X-${number}: y`),
        () => [`X: ${'y'.repeat(chance.pick([1000, 3900, 4097, 8192, 20_000, 100_000]))}`],
        () => [`${'X'.repeat(chance.pick([100, 5000]))}: y`],
    ])();
    const bytes = make.request('storefront', {
        method: 'POST',
        target: '/v1/holds',
        body: goodHold(chance),
        headers,
    });
    return {
        family: 'headers',
        listener: 'storefront',
        bytes,
        ending: 'any',
        expected: [],
        ...cut(chance, bytes),
    };
}
/** Several requests at once. Answers come in the order of the requests, and each is its own. */
function pipelined(make) {
    const { chance } = make;
    const requests = [];
    const expected = [];
    const add = (bytes, ...answer) => {
        requests.push(bytes);
        expected.push({ statuses: answer[0], contains: answer[1] });
    };
    for (let count = chance.between(2, 8); count > 0; count -= 1) {
        const buyer = chance.word();
        switch (chance.below(5)) {
            case 0:
                add(make.hold('sentinel', buyer, `key-${chance.word(16)}`), [201], `"buyerId":"${buyer}"`);
                break;
            case 1: {
                const code = chance.pick(['sold_out', 'paused', 'closed', 'forbidden', 'overloaded']);
                add(make.request('storefront', { method: 'GET', target: `/problems/${code}` }), [200], code);
                break;
            }
            case 2: {
                const body = `{"sku":"sentinel","buyerId":"a","quantity":1,"${buyer}":1}`;
                add(make.request('storefront', { method: 'POST', target: '/v1/holds', body }), [400], `/${buyer}`);
                break;
            }
            case 3:
                add(make.request('storefront', { method: 'GET', target: `/${buyer}` }), [404], 'unknown_route');
                break;
            default:
                add(make.request('storefront', { method: 'GET', target: '/v1/skus/sentinel' }), [200], '"sku":"sentinel"');
        }
    }
    const bytes = Buffer.concat(requests);
    return {
        family: 'pipelined',
        listener: 'storefront',
        bytes,
        ending: 'prefix',
        expected,
        ...cut(chance, bytes),
    };
}
/** Chunked bodies as they may be: any sizes, upper case, leading zeros. */
function chunked(make) {
    const { chance } = make;
    const buyer = chance.word();
    const body = Buffer.from(`{"sku":"sentinel","buyerId":"${buyer}","quantity":1}`);
    const chunks = [];
    for (let at = 0; at < body.length;) {
        const chunk = body.subarray(at, at + chance.between(1, 40));
        const size = chunk.length.toString(16);
        chunks.push(Buffer.from(`${chance.pick([size, size.toUpperCase(), `0${size}`])}\r\n`), chunk, Buffer.from('\r\n'));
        at += chunk.length;
    }
    const wireBody = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
    const framing = [
        chance.pick(['Transfer-Encoding: chunked', 'transfer-encoding: Chunked', 'Transfer-Encoding:chunked']),
    ];
    const bytes = make.request('storefront', { method: 'POST', target: '/v1/holds', body, framing, wireBody });
    const expected = [{ statuses: [201], contains: `"buyerId":"${buyer}"` }];
    return {
        family: 'chunked',
        listener: 'storefront',
        bytes,
        ending: 'answers',
        expected,
        ...cut(chance, bytes),
    };
}
function mutatedRequest(make) {
    const { chance } = make;
    const base = chance.pick([
        () => make.hold('phone', chance.word(), `key-${chance.word()}`),
        () => make.request('storefront', { method: 'GET', target: '/v1/skus/phone' }),
        () => make.request('storefront', { method: 'DELETE', target: `/v1/holds/${SOME_HOLD_ID}` }),
        () => chunked(make).bytes,
    ])();
    const bytes = mutated(chance, base);
    return {
        family: 'mutated',
        listener: 'storefront',
        bytes,
        ending: 'any',
        expected: [],
        ...cut(chance, bytes),
    };
}
/** The client goes in the middle of a request, or right behind it. */
function abandoned(make) {
    const { chance } = make;
    const whole = make.hold('phone', chance.word(), `key-${chance.word()}`);
    const bytes = whole.subarray(0, chance.often(0.3) ? whole.length : chance.below(whole.length));
    const leaves = chance.pick(['half-close', 'reset']);
    return { family: 'abandoned', listener: 'storefront', bytes, ending: 'any', expected: [], leaves };
}
function stream(make) {
    const { chance } = make;
    const request = make.request('storefront', { method: 'GET', target: '/v1/skus/phone/live' });
    const more = chance.pick([
        Buffer.alloc(0),
        chance.bytes(50),
        make.hold('phone', 'late', 'key-late'),
        request,
    ]);
    const bytes = Buffer.concat([request, more]);
    const leaves = chance.pick(['half-close', 'reset']);
    return { family: 'stream', listener: 'storefront', bytes, ending: 'any', expected: [], leaves };
}
const garbage = ({ chance }) => ({
    family: 'garbage',
    listener: chance.pick(['storefront', 'operations']),
    bytes: chance.pick([
        () => chance.bytes(chance.between(1, 300)),
        () => Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'),
        () => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        () => Buffer.from('\r\n'.repeat(chance.between(1, 2000))),
        () => Buffer.from(`GET / HTTP/${chance.pick(['0.9', '1.0', '1.2', '2.0', '9.9', '1.1.1', ''])}\r\nHost: x\r\n\r\n`),
        () => Buffer.from('GET /v1/skus/phone HTTP/1.1\r\n\r\n'),
        () => Buffer.from('GET /v1/skus/phone HTTP/1.1\nHost: x\n\n'),
        () => Buffer.from('GET /v1/skus/phone\r\n\r\n'),
    ])(),
    ending: 'any',
    expected: [],
});
const FAMILIES = [
    [20, validHold],
    [26, hostileBody],
    [12, hostileOperation],
    [14, hostileTarget],
    [4, hostileHeaders],
    [8, smuggling],
    [5, pipelined],
    [5, chunked],
    [3, mutatedRequest],
    [1, abandoned],
    [1, stream],
    [1, garbage],
];
const WEIGHTS = FAMILIES.reduce((sum, [weight]) => sum + weight, 0);
/** The input of that number: the same for the same seed, but for the time in its signature. */
export function generate(seed, index, key) {
    const chance = new Chance(seed, index);
    let at = chance.below(WEIGHTS);
    const [, family] = FAMILIES.find(([weight]) => {
        at -= weight;
        return at < 0;
    });
    return family(new RequestMaker(chance, key));
}
//# sourceMappingURL=generate.js.map