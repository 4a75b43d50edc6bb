import t from 'tap';
import { refused } from '../../src/domain/outcome.js';
import { PortTakenError } from '../../src/gateway/listener.js';
import { until } from '../support/until.js';
import { call, HOLD_BODY, RawConnection, startEdge } from './edge.js';
const BODY = JSON.stringify(HOLD_BODY);
const REQUEST = `POST /v1/holds HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
t.test('a port that is taken is an error that names the setting, and leaves nothing open', async (t) => {
    const edge = await startEdge(t);
    const taken = new URL(edge.storefrontUrl).port;
    await t.rejects(startEdge(t, { environment: { PORT: taken } }), {
        name: 'PortTakenError',
        message: /\bPORT$/,
    });
    const admin = startEdge(t, { environment: { ADMIN_PORT: taken } });
    await t.rejects(admin, { message: /ADMIN_PORT$/ });
    await t.rejects(admin, PortTakenError);
    await t.rejects(startEdge(t, {
        environment: {
            AUTH: 'on',
            HOST: '192.0.2.1',
            STOREFRONT_KEYS: `a:b:${'s'.repeat(32)}`,
            ADMIN_TOKEN: 't'.repeat(16),
        },
    }), PortTakenError);
});
t.test('a drain answers what is in flight, closes what is idle, and says it is not ready', async (t) => {
    const edge = await startEdge(t);
    const pending = [];
    const usual = edge.actors.submit.bind(edge.actors);
    edge.actors.submit = (command, reply) => {
        usual(command, (outcome) => pending.push(() => reply(outcome)));
    };
    const idle = new RawConnection(t, edge.storefrontUrl);
    const busy = new RawConnection(t, edge.storefrontUrl);
    const other = new RawConnection(t, edge.storefrontUrl);
    busy.send(REQUEST);
    await until(() => pending.length === 1);
    let isDrained = false;
    const drained = edge.gateway.drain().then(() => {
        isDrained = true;
    });
    t.match(await call(`${edge.operationsUrl}/readyz`), { status: 503, json: { ready: false } });
    await t.rejects(call(`${edge.storefrontUrl}/v1/holds`), 'no new connection');
    other.send(REQUEST);
    await until(() => pending.length === 2, { what: 'a request in an open connection is still taken' });
    t.equal(isDrained, false);
    t.equal(edge.gateway.inFlight, 2);
    for (const answer of pending)
        answer(refused('internal'));
    await drained;
    await until(() => busy.isClosed && other.isClosed && idle.isClosed);
    for (const { received, statuses } of [busy, other]) {
        t.same(statuses, [201]);
        t.match(received, 'Connection: close');
    }
    t.same(idle.statuses, []);
    t.match(await call(`${edge.operationsUrl}/healthz`), { status: 200 }, 'operations go on until the end');
    edge.gateway.close();
    await t.rejects(call(`${edge.operationsUrl}/healthz`));
});
//# sourceMappingURL=lifecycle.test.js.map