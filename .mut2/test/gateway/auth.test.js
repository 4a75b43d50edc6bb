import { createHmac, randomBytes } from 'node:crypto';
import t from 'tap';
import { hmacSha256 } from '../../src/gateway/auth.js';
import { NonceMemory } from '../../src/gateway/nonces.js';
import { call, HOLD_BODY, SECRET, startEdge } from './edge.js';
const OTHER_SECRET = `${SECRET}-rotated`;
const KEYS = [
    `shop:shop-2026:${SECRET}`,
    `shop:shop-2027:${OTHER_SECRET}`,
    `shop:shop-viewer:${SECRET}-viewer:read-only`,
].join(',');
const TOKEN = 'admin-token-of-16-or-more';
const AUTH_ON = { AUTH: 'on', STOREFRONT_KEYS: KEYS, ADMIN_TOKEN: TOKEN };
/** Signs the way the README says, with node:crypto alone. */
function sign(given = {}) {
    const signing = {
        method: 'POST',
        path: '/v1/holds',
        body: JSON.stringify(HOLD_BODY),
        keyId: 'shop-2026',
        secret: SECRET,
        timestamp: String(Math.floor(Date.now() / 1000)),
        nonce: randomBytes(12).toString('hex'),
        idempotencyKey: '',
        ...given,
    };
    const { method, path, timestamp, nonce, idempotencyKey, body } = signing;
    const text = `${method}\n${path}\n${timestamp}\n${nonce}\n${idempotencyKey}\n${body}`;
    return {
        'holdfast-key': signing.keyId,
        'holdfast-timestamp': timestamp,
        'holdfast-nonce': nonce,
        'holdfast-signature': `v1=${createHmac('sha256', signing.secret).update(text).digest('hex')}`,
        ...(idempotencyKey === '' ? {} : { 'idempotency-key': idempotencyKey }),
    };
}
t.test('the fast HMAC is HMAC-SHA256, for every length of secret and message', async (t) => {
    for (const secret of ['', 'k', 'k'.repeat(64), 'k'.repeat(65), 'ü'.repeat(40)]) {
        for (const size of [0, 1, 55, 56, 64, 4096, 20_000]) {
            const body = randomBytes(size);
            const expected = createHmac('sha256', secret).update('head\n').update(body).digest('hex');
            t.equal(hmacSha256(secret)('head\n', body), expected);
        }
    }
    // RFC 4231, test case 2.
    t.equal(hmacSha256('Jefe')('what do ya want ', Buffer.from('for nothing?')), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});
t.test('a signed request passes; every part that is wrong is 401', async (t) => {
    const edge = await startEdge(t, { environment: AUTH_ON });
    const url = `${edge.storefrontUrl}/v1/holds`;
    const post = (headers, to = url) => call(to, { method: 'POST', body: HOLD_BODY, headers });
    t.equal((await post(sign())).status, 201);
    t.equal((await post(sign({ keyId: 'shop-2027', secret: OTHER_SECRET }))).status, 201, 'the second live key');
    t.equal((await post(sign({ path: '/v1/holds?a=b' }), `${url}?a=b`)).status, 201, 'the query is signed');
    t.equal((await post(sign({ idempotencyKey: 'order-0001' }))).status, 201);
    const now = Math.floor(Date.now() / 1000);
    const good = sign();
    const bad = {
        'no signature at all': {},
        'no key': { ...sign(), 'holdfast-key': '' },
        'no signature': { ...sign(), 'holdfast-signature': '' },
        'unknown key': sign({ keyId: 'other' }),
        'another secret': sign({ secret: 'wrong' }),
        'a key of the same credential with the other secret': sign({ keyId: 'shop-2027' }),
        'another method': sign({ method: 'PUT' }),
        'another path': sign({ path: '/v1/holdz' }),
        'another query': sign({ path: '/v1/holds?a=b' }),
        'another body': sign({ body: JSON.stringify({ ...HOLD_BODY, quantity: 2 }) }),
        'another timestamp': { ...good, 'holdfast-timestamp': String(now + 1) },
        'another nonce': { ...good, 'holdfast-nonce': 'another-nonce' },
        'an idempotency key added': { ...good, 'idempotency-key': 'order-0002' },
        'an idempotency key exchanged': {
            ...sign({ idempotencyKey: 'order-0003' }),
            'idempotency-key': 'order-0004',
        },
        'too old': sign({ timestamp: String(now - 302) }),
        'too new': sign({ timestamp: String(now + 302) }),
        'a timestamp that is no number': sign({ timestamp: 'now' }),
        'a short nonce': sign({ nonce: 'short' }),
        'a nonce with other characters': sign({ nonce: 'nonce with spaces' }),
        'another version': { ...good, 'holdfast-signature': good['holdfast-signature'].replace('v1=', 'v2=') },
        'upper case': {
            ...good,
            'holdfast-signature': `v1=${good['holdfast-signature'].slice(3).toUpperCase()}`,
        },
        'a signature too short': { ...good, 'holdfast-signature': good['holdfast-signature'].slice(0, -1) },
    };
    const asked = edge.actors.commands.length;
    for (const [name, headers] of Object.entries(bad)) {
        const answer = await post(headers);
        t.equal(answer.status, 401, name);
        t.equal(answer.json.code, 'unauthorized', name);
    }
    t.equal(edge.actors.commands.length, asked, 'nothing of it went on');
    t.equal((await post(good)).status, 201, 'what was refused did not use up the nonce');
});
t.test('a replay of a signed request is refused here; with a new signature a retry is none', async (t) => {
    const edge = await startEdge(t, { environment: AUTH_ON });
    const url = `${edge.storefrontUrl}/v1/holds`;
    const post = (headers) => call(url, { method: 'POST', body: HOLD_BODY, headers });
    const first = sign({ nonce: 'nonce-0001' });
    const held = await post(first);
    t.equal(held.status, 201);
    t.match(await post(first), { status: 401, json: { detail: 'the nonce was used before' } });
    const elsewhere = await startEdge(t, { environment: AUTH_ON });
    const replayed = await call(`${elsewhere.storefrontUrl}/v1/holds`, {
        method: 'POST',
        body: HOLD_BODY,
        headers: first,
    });
    t.equal(replayed.json.holdId, held.json.holdId, 'another engine takes the nonce as key: the same hold');
    const one = await post(sign({ idempotencyKey: 'order-0001' }));
    const two = await post(sign({ idempotencyKey: 'order-0001' }));
    const rotated = await post(sign({ idempotencyKey: 'order-0001', keyId: 'shop-2027', secret: OTHER_SECRET }));
    t.equal(two.json.holdId, one.json.holdId);
    t.equal(rotated.json.holdId, one.json.holdId, 'the credential is the scope, not the key');
    t.match(edge.actors.commands.at(-1), { actor: /^[^|]+\|shop-2027\|$/ });
});
t.test('a read-only key reads and nothing else', async (t) => {
    const edge = await startEdge(t, { environment: AUTH_ON });
    const viewer = { keyId: 'shop-viewer', secret: `${SECRET}-viewer` };
    const read = sign({ ...viewer, method: 'GET', path: '/v1/skus/phone', body: '' });
    t.equal((await call(`${edge.storefrontUrl}/v1/skus/phone`, { headers: read })).status, 200);
    const held = await call(`${edge.storefrontUrl}/v1/holds`, {
        method: 'POST',
        body: HOLD_BODY,
        headers: sign(viewer),
    });
    t.match(held, { status: 403, json: { code: 'forbidden' } });
    const released = await call(`${edge.storefrontUrl}/v1/holds/x`, {
        method: 'DELETE',
        headers: sign({ ...viewer, method: 'DELETE', path: '/v1/holds/x', body: '' }),
    });
    t.equal(released.status, 403);
});
t.test('the operations listener wants the token, but not for what monitors ask', async (t) => {
    const edge = await startEdge(t, { environment: AUTH_ON });
    const url = `${edge.operationsUrl}/v1/skus/phone/open`;
    const open = (authorization) => call(url, { method: 'POST', headers: authorization === undefined ? {} : { authorization } });
    t.equal((await open(`Bearer ${TOKEN}`)).status, 200);
    t.match(edge.actors.commands, [{ kind: 'change_state', action: 'open', actor: /^[^|]+\|admin\|$/ }]);
    for (const wrong of [
        undefined,
        'Bearer',
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.slice(0, -1)}`,
        `Basic ${TOKEN}`,
        TOKEN,
    ]) {
        const answer = await open(wrong);
        t.equal(answer.status, 401, wrong ?? 'none');
        t.ok(answer.headers.get('www-authenticate'));
    }
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/problems/sold_out']) {
        t.equal((await fetch(edge.operationsUrl + path)).status, 200, path);
    }
});
t.test('metrics want the token where the listener is not on loopback', async (t) => {
    const edge = await startEdge(t, { environment: { ...AUTH_ON, ADMIN_HOST: '0.0.0.0' } });
    t.equal((await fetch(`${edge.operationsUrl}/metrics`)).status, 401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    t.equal((await fetch(`${edge.operationsUrl}/metrics`, { headers })).status, 200);
});
t.test('a credential over its rate is told when to come back; others are not touched', async (t) => {
    const keys = `${KEYS},other:other-1:${SECRET}-of-the-other`;
    const environment = { ...AUTH_ON, STOREFRONT_KEYS: keys, RATE_LIMIT_PER_SECOND: '2' };
    let now = 1000;
    const clock = {
        now: () => Date.now(),
        monotonic: () => now,
        setTimer: () => ({ cancel: () => undefined }),
    };
    const edge = await startEdge(t, { environment, clock });
    const post = (headers) => call(`${edge.storefrontUrl}/v1/holds`, { method: 'POST', body: HOLD_BODY, headers });
    const statuses = [];
    for (let count = 0; count < 3; count += 1)
        statuses.push((await post(sign())).status);
    t.same(statuses, [201, 201, 429]);
    const limited = await post(sign({ keyId: 'shop-2027', secret: OTHER_SECRET }));
    t.match(limited, { status: 429, json: { code: 'rate_limited' } }, 'both keys of a credential share its rate');
    t.equal(limited.headers.get('retry-after'), '1');
    t.equal(limited.headers.get('ratelimit-policy'), '"credential";q=2;w=1');
    t.equal((await post(sign({ keyId: 'other-1', secret: `${SECRET}-of-the-other` }))).status, 201);
    now += 500;
    t.equal((await post(sign())).status, 201, 'half a second gives back one of two a second');
    t.equal((await post(sign())).status, 429);
});
t.test('the memory of nonces forgets minutes that have passed, and is bounded', async (t) => {
    const nonces = new NonceMemory(300);
    const at = 1_790_000_000;
    t.equal(nonces.add('key', 'nonce-1', at), true);
    t.equal(nonces.add('key', 'nonce-1', at), false);
    t.equal(nonces.add('other', 'nonce-1', at), true, 'each key has nonces of its own');
    t.equal(nonces.add('key', 'nonce-1', at + 60), true, 'another minute is another signature');
    for (let minute = 1; minute <= 11; minute += 1)
        nonces.add('key', `later-${minute}`, at + 60 * minute);
    t.equal(nonces.add('key', 'nonce-1', at), false, 'still known at the end of the tolerance');
    let repeated = 0;
    for (let count = 0; count < 300_000; count += 1)
        if (!nonces.add('key', `flood-${count}`, at))
            repeated += 1;
    t.equal(repeated, 0, 'a flood is never mistaken for a replay');
});
//# sourceMappingURL=auth.test.js.map