import { setImmediate as turn } from 'node:timers/promises';
import t, {} from 'tap';
import { refused } from '../../src/domain/outcome.js';
import { until } from '../support/until.js';
import { call, RawConnection, SKU_VIEW, startEdge } from './edge.js';
const REQUEST = 'GET /v1/skus/phone/live HTTP/1.1\r\nHost: test\r\n\r\n';
/** A clock whose timers fire when told. */
class HandClock {
    #now = 0;
    #timers = [];
    now() {
        return Date.now();
    }
    monotonic() {
        return this.#now;
    }
    get pending() {
        return this.#timers.length;
    }
    setTimer(delayMs, task) {
        const timer = { at: this.#now + delayMs, task };
        this.#timers.push(timer);
        return {
            cancel: () => {
                this.#timers = this.#timers.filter((other) => other !== timer);
            },
        };
    }
    /** Advances, letting answers arrive between timers. */
    async advance(milliseconds) {
        const end = this.#now + milliseconds;
        for (;;) {
            const next = this.#timers.reduce((first, timer) => (first === undefined || timer.at < first.at ? timer : first), undefined);
            if (next === undefined || next.at > end)
                break;
            this.#timers = this.#timers.filter((timer) => timer !== next);
            this.#now = next.at;
            next.task();
            await turn();
            await turn();
        }
        this.#now = end;
    }
}
function eventsOf(text) {
    return Array.from(text.matchAll(/^data: (.*)$/gm), ([, data]) => JSON.parse(data ?? ''));
}
async function watch(t, edge) {
    const connection = new RawConnection(t, edge.storefrontUrl);
    connection.send(REQUEST);
    await until(() => eventsOf(connection.received).length === 1);
    return connection;
}
t.test('a stream begins with the SKU as it is, and tells only what changed', async (t) => {
    const clock = new HandClock();
    const edge = await startEdge(t, { clock });
    const connection = await watch(t, edge);
    t.match(connection.received, 'text/event-stream');
    t.match(eventsOf(connection.received), [
        { sku: 'phone', available: 7, serverTime: '2026-11-22T12:00:00.000Z' },
    ]);
    const asked = edge.actors.commands.length;
    await clock.advance(1000);
    t.equal(edge.actors.commands.length - asked, 10, 'ten looks a second');
    edge.actors.view = { ...SKU_VIEW, available: 6, held: 3 };
    await clock.advance(100);
    await until(() => eventsOf(connection.received).length === 2);
    t.match(eventsOf(connection.received)[1], { available: 6, held: 3 });
});
t.test('everybody who watches a SKU shares one question, and leavers are forgotten', async (t) => {
    const clock = new HandClock();
    const edge = await startEdge(t, { clock });
    const connections = [];
    for (let count = 0; count < 20; count += 1)
        connections.push(await watch(t, edge));
    t.equal(edge.liveStreams(), 20);
    const asked = edge.actors.commands.length;
    edge.actors.view = { ...SKU_VIEW, available: 1, held: 8 };
    await clock.advance(100);
    t.equal(edge.actors.commands.length - asked, 1);
    await until(() => connections.every(({ received }) => eventsOf(received).length === 2));
    for (const { socket } of connections)
        socket.destroy();
    await until(() => edge.liveStreams() === 0);
    t.equal(clock.pending, 0, 'nobody watches: nobody asks');
    t.equal(edge.inFlight(), 0);
});
t.test('a quiet stream is kept alive by comments, and a store that is down does not end it', async (t) => {
    const clock = new HandClock();
    const edge = await startEdge(t, { clock });
    const connection = await watch(t, edge);
    edge.actors.answer = () => refused('unavailable');
    await clock.advance(15_100);
    await until(() => /^:$/m.test(connection.received));
    t.equal(eventsOf(connection.received).length, 1);
    edge.actors.answer = () => undefined;
    edge.actors.view = { ...SKU_VIEW, state: 'paused' };
    await clock.advance(100);
    await until(() => eventsOf(connection.received).length === 2);
    t.match(eventsOf(connection.received)[1], { state: 'paused' });
});
t.test('a client that does not read gets the newest state when it does, not every one', async (t) => {
    const clock = new HandClock();
    const edge = await startEdge(t, { clock });
    const connection = await watch(t, edge);
    connection.socket.pause();
    const CHANGES = 60_000;
    for (let change = 1; change <= CHANGES; change += 1) {
        edge.actors.view = { ...SKU_VIEW, total: change };
        await clock.advance(100);
    }
    connection.socket.resume();
    await until(() => eventsOf(connection.received).at(-1)?.total === CHANGES, { timeoutMs: 20_000 });
    t.ok(eventsOf(connection.received).length < CHANGES, 'some were left out');
});
t.test('an unknown SKU is 404; too many streams are refused until one ends', async (t) => {
    const edge = await startEdge(t, { liveStreamsMax: 2 });
    edge.actors.answer = (command) => command.kind === 'read_sku' && command.sku === 'none' ? refused('unknown_sku') : undefined;
    const unknown = await call(`${edge.storefrontUrl}/v1/skus/none/live`);
    t.match(unknown, { status: 404, json: { code: 'unknown_sku' } });
    const first = await watch(t, edge);
    await watch(t, edge);
    const third = await call(`${edge.storefrontUrl}/v1/skus/phone/live`);
    t.match(third, { status: 503, json: { code: 'overloaded' } });
    first.socket.destroy();
    await until(() => edge.liveStreams() === 1);
    await watch(t, edge);
    t.equal(edge.liveStreams(), 2);
});
t.test('a drain ends streams at once', async (t) => {
    const edge = await startEdge(t);
    const connection = await watch(t, edge);
    await edge.gateway.drain();
    await until(() => connection.isClosed);
    t.equal(edge.liveStreams(), 0);
    t.ok(connection.received.endsWith('0\r\n\r\n'), 'the stream was ended, not cut');
});
//# sourceMappingURL=live.test.js.map