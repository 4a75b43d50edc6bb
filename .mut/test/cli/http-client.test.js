import { createServer } from 'node:http';
import t, {} from 'tap';
import { EngineUnreachable, HttpClient, } from '../../src/cli/http-client.js';
import { freePort } from '../../src/services/ports.js';
/** A server that misbehaves as the test says; the engine itself cannot be told to. */
async function listen(t, handler) {
    let attempt = 0;
    const server = createServer((request, response) => handler(request, response, ++attempt));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
        server.closeAllConnections();
        server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
}
function client(t, baseUrl, options = {}) {
    const created = new HttpClient({ baseUrl, option: '--url', sockets: 4, patienceMs: 5000, ...options });
    t.teardown(() => created.close());
    return created;
}
t.test('repeats a busy answer with the same key and the same body', async (t) => {
    const seen = [];
    const url = await listen(t, (request, response, attempt) => {
        let body = '';
        request.on('data', (chunk) => {
            body += chunk;
        });
        request.on('end', () => {
            seen.push(`${request.headers['idempotency-key']} ${body}`);
            response.writeHead(attempt < 3 ? 503 : 201, { 'content-type': 'application/json' });
            response.end(JSON.stringify({ attempt }));
        });
    });
    const answer = await client(t, url).call('POST', '/v1/holds', { quantity: 1 }, 'key-0001');
    t.same(answer, { status: 201, body: { attempt: 3 }, attempts: 3 });
    t.same(seen, new Array(3).fill('key-0001 {"quantity":1}'));
});
t.test('repeats what was lost on the way, once the engine has been seen', async (t) => {
    const url = await listen(t, (request, response, attempt) => {
        if (attempt === 2)
            request.socket.destroy();
        else
            response.end('{}');
    });
    const http = client(t, url);
    await http.call('GET', '/');
    t.equal((await http.call('GET', '/')).attempts, 2);
});
t.test('does not repeat a refusal', async (t) => {
    const url = await listen(t, (_, response) => response.writeHead(409).end('{"code":"sold_out"}'));
    t.same(await client(t, url).call('POST', '/v1/holds', {}), {
        status: 409,
        body: { code: 'sold_out' },
        attempts: 1,
    });
});
t.test('gives up when patience runs out, with the last answer', async (t) => {
    const url = await listen(t, (_, response) => response.writeHead(503, { 'retry-after': '1' }).end('down'));
    const answer = await client(t, url, { patienceMs: 100 }).call('GET', '/');
    t.same(answer, { status: 503, body: 'down', attempts: 1 });
});
t.test('an engine that is not there is one sentence, at once', async (t) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await t.rejects(client(t, url, { patienceMs: 60_000 }).call('GET', '/'), {
        constructor: EngineUnreachable,
        message: /^No engine answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): start one with "npm start", or name another with --url\.$/,
    });
});
t.test('stops when told', async (t) => {
    const stop = new AbortController();
    const url = await listen(t, () => stop.abort(new Error('stopped')));
    await t.rejects(client(t, url, { signal: stop.signal }).call('GET', '/'));
    await t.rejects(client(t, url, { signal: stop.signal }).call('GET', '/'), { message: 'stopped' });
});
t.test('proves who asks anew for every attempt', async (t) => {
    const seen = [];
    const url = await listen(t, (request, response, attempt) => {
        seen.push(request.headers['x-proof']);
        response.writeHead(attempt === 1 ? 503 : 200).end('{}');
    });
    let proof = 0;
    const authorise = ({ method, path, body, idempotencyKey }) => ({
        'x-proof': `${++proof} ${method} ${path} ${body} ${idempotencyKey}`,
    });
    await client(t, url, { authorise }).call('POST', '/a?b=c', { d: 1 }, 'key-0001');
    t.same(seen, ['1 POST /a?b=c {"d":1} key-0001', '2 POST /a?b=c {"d":1} key-0001']);
});
//# sourceMappingURL=http-client.test.js.map