import { createConnection } from 'node:net';
import t from 'tap';
import { refused } from '../../src/domain/outcome.js';
import { until } from '../support/until.js';
import { call, HOLD_BODY, startEdge } from './edge.js';
const BODY = JSON.stringify(HOLD_BODY);
const HEAD = 'POST /v1/holds HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n';
const WHOLE = `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
const HALF = `${HEAD}Content-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, 20)}`;
const CLIENTS = 100_000;
const AT_ONCE = 64;
t.setTimeout(180_000);
/**
 * Connects, says something, and leaves without waiting for an answer: by a reset, so that no port waits, after the server
 * (in this same loop) had a turn to read.
 */
function leave(port, bytes) {
    return new Promise((resolve) => {
        const socket = createConnection(port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        socket.write(bytes, () => setImmediate(() => setImmediate(() => socket.resetAndDestroy())));
    });
}
t.test('100,000 clients that leave mid-request leave nothing behind', async (t) => {
    const edge = await startEdge(t);
    const pending = [];
    edge.actors.submit = (_command, reply) => {
        pending.push(reply);
        // Answers come late, to a client that has gone.
        if (pending.length >= AT_ONCE)
            for (const late of pending.splice(0))
                late(refused('overloaded'));
    };
    const port = Number(new URL(edge.storefrontUrl).port);
    let left = 0;
    const clients = Array.from({ length: AT_ONCE }, async () => {
        while (left < CLIENTS) {
            left += 1;
            await leave(port, left % 2 === 0 ? WHOLE : HALF);
        }
    });
    await Promise.all(clients);
    for (const late of pending.splice(0))
        late(refused('overloaded'));
    await until(() => edge.inFlight() === 0 && edge.gateway.inFlight === 0, {
        what: 'everything accounted for',
    });
    t.ok(edge.answers.length > CLIENTS / 10, `${edge.answers.length} of them were seen before they left`);
    t.ok(edge.answers.some(({ code }) => code === 'aborted'));
    const answer = call(`${edge.storefrontUrl}/v1/holds`, { method: 'POST', body: HOLD_BODY });
    await until(() => pending.length === 1);
    pending[0]?.(refused('overloaded'));
    t.equal((await answer).status, 503, 'it still serves');
});
//# sourceMappingURL=aborts.test.js.map