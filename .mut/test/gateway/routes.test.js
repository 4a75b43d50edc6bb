import t from 'tap';
import { loadConfig } from '../../src/config.js';
import { ERROR_CODES, ERRORS } from '../../src/domain/errors.js';
import { refusalsOf } from '../../src/gateway/openapi.js';
import { OPERATIONS_TABLE } from '../../src/gateway/routes.js';
import { call, SECRET, startEdge } from './edge.js';
t.test('there is a page behind the type of every error, and none for others', async (t) => {
    const edge = await startEdge(t);
    for (const base of [edge.storefrontUrl, edge.operationsUrl]) {
        for (const code of ERROR_CODES) {
            const response = await fetch(`${base}/problems/${code}`);
            t.equal(response.status, 200, code);
            const page = await response.text();
            t.match(page, `<code>${code}</code>`);
            t.match(page, String(ERRORS[code].status));
        }
        for (const none of ['nothing', 'constructor', '%', '']) {
            t.match(await call(`${base}/problems/${none}`), { status: 404, json: { code: 'unknown_route' } });
        }
    }
});
t.test('each listener has its own paths; a wrong method is told the right ones', async (t) => {
    const edge = await startEdge(t);
    const bases = { storefront: edge.storefrontUrl, operations: edge.operationsUrl };
    for (const { path, method } of OPERATIONS_TABLE) {
        const real = path.replaceAll(/\{\w+\}/g, 'phone');
        for (const [listener, base] of Object.entries(bases)) {
            const here = OPERATIONS_TABLE.filter((operation) => operation.path === path && operation.listeners.includes(listener));
            const options = await call(base + real, { method: 'OPTIONS' });
            const wrong = await call(base + real, { method: 'TRACE'.replace('TRACE', 'PROPFIND') });
            if (here.length === 0) {
                t.match([options, wrong], [{ status: 404 }, { status: 404 }], `${listener} ${method} ${path}`);
                continue;
            }
            t.equal(options.status, 204);
            t.match(wrong, { status: 405, json: { code: 'method_not_allowed' } });
            const allowed = (wrong.headers.get('allow') ?? '').split(', ');
            t.same(options.headers.get('allow')?.split(', '), allowed);
            t.same(new Set(allowed), new Set([
                'OPTIONS',
                ...here.flatMap((operation) => operation.method === 'get' ? ['GET', 'HEAD'] : [operation.method.toUpperCase()]),
            ]), `${listener} ${path}`);
        }
    }
    for (const path of [
        '/',
        '/v1',
        '/v1/',
        '/v1/holds/',
        '/v1/skus/phone/',
        '/v1/skus/phone/x/y',
        '/V1/holds',
        '/..',
    ]) {
        t.match(await call(edge.storefrontUrl + path), { status: 404, json: { code: 'unknown_route' } }, path);
    }
});
t.test('HEAD answers as GET without the body', async (t) => {
    const edge = await startEdge(t);
    for (const path of [
        '/v1/skus/phone',
        '/openapi.json',
        '/problems/sold_out',
        '/v1/skus/no%20sku',
        '/nowhere',
    ]) {
        const get = await fetch(edge.storefrontUrl + path);
        const head = await fetch(edge.storefrontUrl + path, { method: 'HEAD' });
        t.equal(head.status, get.status, path);
        t.equal(head.headers.get('content-type'), get.headers.get('content-type'));
        t.ok(Number(head.headers.get('content-length')) > 0);
        t.equal(await head.text(), '');
    }
    const live = await fetch(`${edge.storefrontUrl}/v1/skus/phone/live`, { method: 'HEAD' });
    t.equal(live.headers.get('content-type'), 'text/event-stream');
    t.equal(edge.liveStreams(), 0);
});
t.test('ids may be percent-encoded in a path; what is no SKU is 400', async (t) => {
    const edge = await startEdge(t);
    await call(`${edge.storefrontUrl}/v1/skus/a%2Bb%3A%40~`);
    t.match(edge.actors.commands, [{ kind: 'read_sku', sku: 'a+b:@~' }]);
    for (const sku of ['a%20b', '%22', '%7B%7D', '%00', '%', '%ff', 'é', 'x'.repeat(65), 'x'.repeat(3000)]) {
        const answer = await call(`${edge.storefrontUrl}/v1/skus/${sku}`);
        t.match(answer, { status: 400, json: { code: 'invalid_request', errors: [{ pointer: '/path/sku' }] } }, sku.slice(0, 20));
    }
});
t.test('every error can be answered by some operation, or by a path there is none of', async (t) => {
    const config = loadConfig({
        AUTH: 'on',
        STOREFRONT_KEYS: `shop:shop-1:${SECRET}`,
        ADMIN_TOKEN: 't'.repeat(16),
        RATE_LIMIT_PER_SECOND: '1',
    });
    const documented = new Set(OPERATIONS_TABLE.flatMap((operation) => refusalsOf(operation, config)));
    const unmatched = ['unknown_route', 'method_not_allowed'];
    t.same([...new Set([...documented, ...unmatched])].sort(), [...ERROR_CODES].sort());
});
t.test('where others than this machine call, the type of an error is relative to what they called', async (t) => {
    const keys = { STOREFRONT_KEYS: `shop:shop-1:${SECRET}`, ADMIN_TOKEN: 't'.repeat(16) };
    const edge = await startEdge(t, { environment: { AUTH: 'on', HOST: '0.0.0.0', ...keys } });
    t.match(await call(`${edge.storefrontUrl}/v1/skus/phone`), {
        status: 401,
        json: { type: '/problems/unauthorized' },
    });
});
t.test('health, readiness and metrics', async (t) => {
    let ready = true;
    const edge = await startEdge(t, {
        readiness: () => ({ ready, dependencies: { redis: { state: 'ok' } } }),
    });
    t.match(await call(`${edge.operationsUrl}/healthz`), { status: 200, json: { status: 'ok' } });
    t.same((await call(`${edge.operationsUrl}/readyz`)).json, {
        ready: true,
        dependencies: { redis: { state: 'ok' } },
    });
    ready = false;
    const unready = await call(`${edge.operationsUrl}/readyz`);
    t.match(unready, { status: 503, json: { ready: false } });
    t.ok(unready.headers.get('retry-after'));
    const metrics = await fetch(`${edge.operationsUrl}/metrics`);
    t.match(metrics.headers.get('content-type'), 'text/plain');
    t.equal(await metrics.text(), 'up 1\n');
});
//# sourceMappingURL=routes.test.js.map