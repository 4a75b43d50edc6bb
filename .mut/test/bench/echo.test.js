import t from 'tap';
import { Operations } from '../../bench/operations.js';
import { startEcho } from '../../bench/stack.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
leftovers(t);
async function ask(url, sku) {
    const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `echo-test-${sku}` },
        body: JSON.stringify({ sku, buyerId: 'b1000000000', quantity: 1 }),
    });
    const text = await response.text();
    return {
        status: response.status,
        contentType: response.headers.get('content-type'),
        hasLocation: response.headers.has('location'),
        members: Object.keys(JSON.parse(text)).sort(),
        bytes: text.length,
    };
}
/** A bar that does less than the engine's answer would be unfair to the engine, one that does more would lower it. */
t.test('the echo answers what the engine answers', async (t) => {
    const [echo, engine] = await Promise.all([startEcho(), startEngine(t)]);
    t.teardown(() => echo.stop());
    const operations = new Operations(engine.operationsUrl);
    await operations.define('plenty-000000', { total: 10, buyerLimit: 2, holdTtlMs: 60_000 });
    await operations.define('nothing-000000', { total: 0, buyerLimit: 2, holdTtlMs: 60_000 });
    for (const [path, sku] of [
        ['', 'plenty-000000'],
        ['/sold-out', 'nothing-000000'],
    ]) {
        const fromEngine = await ask(`${engine.storefrontUrl}/v1/holds`, sku);
        const fromEcho = await ask(`${echo.url}${path}/v1/holds`, sku);
        const { bytes: engineBytes, ...engineRest } = fromEngine;
        const { bytes: echoBytes, ...echoRest } = fromEcho;
        t.same(echoRest, engineRest, sku);
        t.ok(Math.abs(echoBytes - engineBytes) <= 40, `${echoBytes} and ${engineBytes} bytes`);
    }
});
//# sourceMappingURL=echo.test.js.map