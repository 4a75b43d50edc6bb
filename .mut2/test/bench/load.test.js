import t from 'tap';
import { autocannonClient } from '../../bench/autocannon.js';
import { findLoadClient } from '../../bench/load.js';
import { startEcho } from '../../bench/stack.js';
import { leftovers } from '../support/leftovers.js';
leftovers(t);
const clients = new Map([['autocannon', autocannonClient]]);
const found = findLoadClient();
clients.set(found.name, found);
for (const client of clients.values()) {
    t.test(`${client.name} drives the echo, and tells accepted from refused`, async (t) => {
        const echo = await startEcho();
        t.teardown(() => echo.stop());
        const load = { url: echo.url, skuPrefix: 'test-', skus: 10, buyers: 1000 };
        const how = { seconds: 1, connections: 8, threads: 1 };
        const accepted = await client.run({ ...load, ...how, path: '/v1/holds', tag: 'one' });
        t.ok(accepted.requests > 100, `${accepted.requests} requests`);
        t.equal(accepted.statusErrors, 0, 'the echo understood every body');
        const refused = await client.run({ ...load, ...how, path: '/sold-out/v1/holds', tag: 'two' });
        t.ok(refused.requests > 100);
        t.equal(refused.statusErrors, refused.requests);
        for (const result of [accepted, refused]) {
            t.equal(result.socketErrors + result.timeouts, 0);
            t.ok(result.seconds > 0.9 && result.seconds < 3, `${result.seconds} s`);
            t.ok(result.p50Ms <= result.p99Ms);
        }
    });
}
//# sourceMappingURL=load.test.js.map