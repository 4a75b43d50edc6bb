import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import t, {} from 'tap';
import { startProxy } from './proxy.js';
import { until } from './until.js';
/** A server that notes what it was asked and answers it in capitals, and a client behind a proxy. */
async function setUp(t) {
    const asked = [];
    const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (bytes) => {
            asked.push(bytes.toString());
            socket.write(bytes.toString().toUpperCase());
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await startProxy(server.address().port);
    t.teardown(async () => {
        await proxy.close();
        server.close();
    });
    const connect = async () => {
        const socket = createConnection(proxy.port, '127.0.0.1');
        let [heard, error] = ['', ''];
        socket.on('data', (bytes) => {
            heard += bytes.toString();
        });
        socket.on('error', (reason) => {
            error = reason.code ?? reason.message;
        });
        t.teardown(() => socket.destroy());
        await once(socket, 'connect');
        return { socket, heard: () => heard, error: () => error };
    };
    return { proxy, asked, connect };
}
t.test('passes everything on, in order', async (t) => {
    const { connect, proxy } = await setUp(t);
    const { socket, heard } = await connect();
    const long = 'ab'.repeat(500_000);
    socket.write(long);
    await until(() => heard().length === long.length);
    t.equal(heard(), long.toUpperCase());
    t.match(proxy.counters, { requestBytes: long.length, replyBytes: long.length, lostBytes: 0, resets: 0 });
});
t.test('latency delays both ways and changes nothing', async (t) => {
    const { connect, proxy } = await setUp(t);
    const { socket, heard } = await connect();
    proxy.inject({ kind: 'latency', requestsMs: 60, repliesMs: 40 });
    const sentAt = performance.now();
    socket.write('one ');
    await until(() => heard() === 'ONE ');
    t.ok(performance.now() - sentAt >= 100, 'never sooner than both delays');
    proxy.inject({ kind: 'latency', requestsMs: 10_000, repliesMs: 0 });
    socket.write('two');
    proxy.heal();
    await until(() => heard() === 'ONE TWO', { what: 'what was held back' });
});
t.test('frozen: nothing arrives until it heals, then everything', async (t) => {
    const { connect, proxy, asked } = await setUp(t);
    const { socket, heard } = await connect();
    proxy.inject({ kind: 'frozen' });
    socket.write('one');
    await until(() => proxy.counters.requestBytes === 3);
    t.same(asked, []);
    proxy.heal();
    await until(() => heard() === 'ONE');
});
t.test('replies cut: what was asked is done, nobody hears of it, and healing resets', async (t) => {
    const { connect, proxy, asked } = await setUp(t);
    const { socket, heard, error } = await connect();
    proxy.inject({ kind: 'cut', direction: 'replies' });
    socket.write('one');
    await until(() => proxy.counters.lostBytes === 3);
    t.same(asked, ['one']);
    t.equal(heard(), '');
    proxy.heal();
    await until(() => error() === 'ECONNRESET');
    const again = await connect();
    again.socket.write('two');
    await until(() => again.heard() === 'TWO');
});
t.test('requests cut: nothing is asked', async (t) => {
    const { connect, proxy, asked } = await setUp(t);
    const { socket } = await connect();
    proxy.inject({ kind: 'cut', direction: 'requests' });
    socket.write('one');
    await until(() => proxy.counters.lostBytes === 3);
    t.same(asked, []);
});
t.test('reset in the middle of a reply', async (t) => {
    const { connect, proxy, asked } = await setUp(t);
    const { socket, heard } = await connect();
    proxy.inject({ kind: 'reset_mid_reply' });
    socket.write('four');
    // Node calls it an end or an error, by whether the half and the reset are seen together.
    await until(() => socket.closed, { what: 'the connection to be gone' });
    t.same(asked, ['four']);
    t.ok(['', 'FO'].includes(heard()), 'half of it at most: a reset may overtake what it follows');
    t.equal(proxy.counters.resets, 1);
});
//# sourceMappingURL=proxy.test.js.map