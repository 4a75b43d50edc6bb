import t from 'tap';
import { until } from '../support/until.js';
import { call, HOLD_BODY, RawConnection, startEdge } from './edge.js';
const BODY = JSON.stringify(HOLD_BODY);
const HEAD = 'POST /v1/holds HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n';
const LENGTH = `Content-Length: ${BODY.length}\r\n`;
const SMUGGLED = `${HEAD}${LENGTH}\r\n${BODY}`;
/** Heads whose body could be read in two ways, and so be another request to a proxy in front. */
const AMBIGUOUS = {
    'Content-Length twice, alike': LENGTH + LENGTH,
    'Content-Length twice, the longer first': `${LENGTH}Content-Length: 3\r\n`,
    'Content-Length twice, the shorter first': `Content-Length: 3\r\n${LENGTH}`,
    'Content-Length three times': LENGTH + LENGTH + LENGTH,
    'Content-Length in another case': `${LENGTH}content-length: 0\r\n`,
    'a list of lengths': `Content-Length: ${BODY.length}, ${BODY.length}\r\n`,
    'an empty length': 'Content-Length: \r\n',
    'a signed length': `Content-Length: +${BODY.length}\r\n`,
    'a negative length': 'Content-Length: -1\r\n',
    'a length in hexadecimal': 'Content-Length: 0x10\r\n',
    'a length with letters': `Content-Length: ${BODY.length}a\r\n`,
    'a length past 64 bits': 'Content-Length: 18446744073709551621\r\n',
    'Content-Length, then Transfer-Encoding': `${LENGTH}Transfer-Encoding: chunked\r\n`,
    'Transfer-Encoding, then Content-Length': `Transfer-Encoding: chunked\r\n${LENGTH}`,
    'an unknown Transfer-Encoding with Content-Length': `Transfer-Encoding: xchunked\r\n${LENGTH}`,
    'Transfer-Encoding: identity': 'Transfer-Encoding: identity\r\n',
    'Transfer-Encoding twice': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
    'Transfer-Encoding twice, alike': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
    'a list of Transfer-Encodings': 'Transfer-Encoding: gzip, chunked\r\n',
};
t.test('a request whose length is ambiguous is refused, its connection closed, and nothing behind it is read', async (t) => {
    const edge = await startEdge(t);
    for (const [name, lengths] of Object.entries(AMBIGUOUS)) {
        for (const method of ['POST /v1/holds', 'GET /v1/skus/phone', 'POST /nowhere']) {
            const head = HEAD.replace('POST /v1/holds', method);
            const alone = new RawConnection(t, edge.storefrontUrl);
            alone.send(`${head}${lengths}\r\n${BODY}`);
            const followed = new RawConnection(t, edge.storefrontUrl);
            followed.send(`${head}${lengths}\r\n${BODY}${SMUGGLED}`);
            await until(() => alone.isClosed && followed.isClosed, { what: `closed: ${name}, ${method}` });
            t.same(alone.statuses, [400], `${name}, ${method}`);
            t.ok(followed.statuses.every((status) => status === 400), `${name}, ${method}, more behind it`);
        }
    }
    t.same(edge.actors.commands, [], 'nothing went on');
    t.equal(edge.inFlight(), 0);
});
t.test('what is no HTTP/1.1 is refused before it is a request', async (t) => {
    const edge = await startEdge(t);
    for (const bytes of [
        '\x16\x03\x01\x02\x00\r\n\r\n',
        'GET /v1/skus/phone HTTP/1.0\r\nHost: test\r\n\r\n',
        `POST /v1/holds HTTP/1.1\r\n${LENGTH}\r\n${BODY}`,
        'POST /v1/holds HTTP/1.1\nHost: test\n\n',
        `GET /v1/skus/phone HTTP/1.1\r\nHost: test\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
    ]) {
        const connection = new RawConnection(t, edge.storefrontUrl);
        connection.send(bytes);
        await until(() => connection.isClosed);
        t.ok(connection.statuses.every((status) => status >= 400));
    }
    t.same(edge.actors.commands, []);
});
t.test('ids of 10 kB are refused wherever they stand', async (t) => {
    const edge = await startEdge(t);
    const long = 'x'.repeat(10_240);
    const json = JSON.stringify({ ...HOLD_BODY, sku: long });
    for (const [bytes, status] of [
        [`GET /v1/skus/${long} HTTP/1.1\r\nHost: test\r\n\r\n`, 431],
        [`${HEAD}${LENGTH}Idempotency-Key: ${long}\r\n\r\n${BODY}`, 431],
        [`${HEAD}Content-Length: ${json.length}\r\n\r\n${json}`, 413],
    ]) {
        const connection = new RawConnection(t, edge.storefrontUrl);
        connection.send(bytes);
        await until(() => connection.isClosed);
        t.same(connection.statuses, [status]);
    }
    t.same(edge.actors.commands, []);
});
t.test('a body may come in pieces, or chunked', async (t) => {
    const edge = await startEdge(t);
    const bytewise = new RawConnection(t, edge.storefrontUrl);
    bytewise.socket.setNoDelay(true);
    bytewise.send(`${HEAD}${LENGTH}\r\n`);
    for (const character of BODY) {
        bytewise.send(character);
        await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => bytewise.statuses.length === 1);
    t.same(bytewise.statuses, [201]);
    const chunked = new RawConnection(t, edge.storefrontUrl);
    const half = BODY.length / 2;
    const chunks = [BODY.slice(0, half), BODY.slice(half), ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    chunked.send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks.join('')}`);
    await until(() => chunked.statuses.length === 1);
    t.same(chunked.statuses, [201]);
});
t.test('4096 bytes are a body, more is 413 and closes, whether declared or not', async (t) => {
    const edge = await startEdge(t);
    const url = `${edge.storefrontUrl}/v1/holds`;
    t.equal((await call(url, { method: 'POST', body: BODY.padEnd(4096) })).status, 201);
    for (const size of [4097, 1_000_000]) {
        const answer = await call(url, { method: 'POST', body: BODY.padEnd(size) });
        t.match(answer, { status: 413, json: { code: 'payload_too_large' } }, `${size}`);
        const chunked = new RawConnection(t, edge.storefrontUrl);
        const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
        chunked.send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(Math.ceil(size / 4096))}0\r\n\r\n`);
        await until(() => chunked.isClosed);
        t.same(chunked.statuses, [413]);
    }
    const huge = new RawConnection(t, edge.storefrontUrl);
    huge.send(`${HEAD}Content-Length: 10000000000\r\n\r\n`);
    await until(() => huge.isClosed);
    t.same(huge.statuses, [413], 'what nobody will read is not waited for');
    const endless = new RawConnection(t, edge.storefrontUrl);
    endless.send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const feed = setInterval(() => endless.send(`10000\r\n${'x'.repeat(65_536)}\r\n`), 1);
    await until(() => endless.isClosed);
    clearInterval(feed);
    t.equal(edge.inFlight(), 0);
});
t.test('a body that never ends is given ten seconds', async (t) => {
    const timers = [];
    const clock = {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        setTimer: (delayMs, task) => {
            const timer = { delayMs, task, isCancelled: false };
            timers.push(timer);
            return {
                cancel: () => {
                    timer.isCancelled = true;
                },
            };
        },
    };
    const edge = await startEdge(t, { clock });
    const connection = new RawConnection(t, edge.storefrontUrl);
    connection.send(`${HEAD}${LENGTH}\r\n{`);
    const timer = await until(() => timers[0]);
    t.equal(timer.delayMs, 10_000);
    t.equal(connection.isClosed, false);
    timer.task();
    await until(() => connection.isClosed);
    t.same(connection.statuses, [400]);
    t.match(connection.received, 'did not arrive within 10 seconds');
    const whole = new RawConnection(t, edge.storefrontUrl);
    whole.send(`${HEAD}${LENGTH}\r\n{`);
    await until(() => timers.length === 2);
    whole.send(BODY.slice(1));
    await until(() => whole.statuses.length === 1);
    t.equal(timers[1]?.isCancelled, true, 'a body that came takes its timer along');
});
t.test('after a refusal the connection is still good for the next request', async (t) => {
    const edge = await startEdge(t);
    const connection = new RawConnection(t, edge.storefrontUrl);
    const requests = [
        [`${HEAD.replace('application/json', 'text/plain')}${LENGTH}\r\n${BODY}`, 415],
        [`${HEAD.replace('Content-Type: application/json\r\n', '')}${LENGTH}\r\n${BODY}`, 415],
        [`${HEAD}Content-Length: 1\r\n\r\n{`, 400],
        [`${HEAD}\r\n`, 400],
        [`${HEAD.replace('/v1/holds', '/nowhere')}${LENGTH}\r\n${BODY}`, 404],
        [`${HEAD.replace('POST', 'PUT')}${LENGTH}\r\n${BODY}`, 405],
        [`${HEAD.replace('json', 'json; charset=UTF-8')}${LENGTH}\r\n${BODY}`, 201],
    ];
    for (const [index, [bytes]] of requests.entries()) {
        connection.send(bytes);
        await until(() => connection.statuses.length === index + 1);
    }
    t.same(connection.statuses, requests.map(([, status]) => status));
    t.equal(connection.isClosed, false);
});
t.test('a chunked body is the last thing a connection carries, so nothing can hide behind chunks', async (t) => {
    const edge = await startEdge(t);
    for (const chunks of [
        `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
        '5\nhello\r\n0\r\n\r\n',
        '5 5\r\nhello\r\n0\r\n\r\n',
        '5\r\nhelloXX0\r\n\r\n',
        '5\r\nhello\n0\r\n\r\n',
        '\r\n\r\n',
    ]) {
        for (const method of ['POST /v1/holds', 'GET /v1/skus/phone', 'POST /nowhere', 'GET /openapi.json']) {
            edge.actors.commands.length = 0;
            const connection = new RawConnection(t, edge.storefrontUrl);
            const head = HEAD.replace('POST /v1/holds', method);
            connection.send(`${head}Transfer-Encoding: chunked\r\n\r\n${chunks}${SMUGGLED.replace('"ada"', '"eve"')}`);
            await until(() => connection.isClosed, { what: `closed: ${JSON.stringify(chunks)}, ${method}` });
            t.ok(connection.statuses.length <= 1, `${JSON.stringify(chunks)}, ${method}`);
            t.notOk(JSON.stringify(edge.actors.commands).includes('"eve"'), 'what is behind it went nowhere');
        }
    }
    t.equal(edge.inFlight(), 0);
});
t.test('a segment that ends inside the request line is refused; nothing is done', async (t) => {
    const edge = await startEdge(t);
    const request = `${HEAD}${LENGTH}\r\n${BODY}`;
    for (const cut of ['POST '.length, 'POST /v1/holds HTT'.length]) {
        const connection = new RawConnection(t, edge.storefrontUrl);
        connection.socket.setNoDelay(true);
        connection.send(request.slice(0, cut));
        await until(() => connection.isClosed || connection.statuses.length > 0);
        t.same(connection.statuses, [505], 'should this change, the note in src/gateway/README.md can go');
    }
    t.same(edge.actors.commands, []);
});
t.test('a request without a body is answered at once, also when its head comes in pieces', async (t) => {
    const edge = await startEdge(t);
    for (const [head, status] of [
        [`${HEAD}Content-Length: 0\r\n\r\n`, 400],
        [`${HEAD}\r\n`, 400],
        ['DELETE /v1/holds/x HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n', 404],
        ['POST /v1/skus/phone/open HTTP/1.1\r\nHost: test\r\n\r\n', 404],
    ]) {
        for (let cut = head.indexOf('\r\n') + 2; cut < head.length; cut += 7) {
            const connection = new RawConnection(t, edge.storefrontUrl);
            connection.socket.setNoDelay(true);
            connection.send(head.slice(0, cut));
            // Until the engine has it: a request on another connection was answered after.
            await call(`${edge.storefrontUrl}/nowhere`);
            connection.send(head.slice(cut));
            await until(() => connection.statuses.length > 0, {
                timeoutMs: 5_000,
                what: `answered, cut at ${cut}`,
            });
            t.same(connection.statuses, [status]);
        }
    }
    t.equal(edge.inFlight(), 0);
});
//# sourceMappingURL=framing.test.js.map