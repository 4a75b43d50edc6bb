import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, {} from 'tap';
import { member } from '../../src/cli/engine-api.js';
import { HttpClient } from '../../src/cli/http-client.js';
import { runCli, startCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { orders } from '../support/orders.js';
import { until } from '../support/until.js';
leftovers(t);
t.setTimeout(110_000);
const LINES = 240;
function startReplay(t, engine, args, environment = {}) {
    const file = join(temporaryDirectory(t, 'orders'), 'orders.csv');
    writeFileSync(file, orders(LINES));
    const urls = ['--url', engine.storefrontUrl, '--admin-url', engine.operationsUrl];
    return startCli(t, 'replay', [file, ...urls, ...args], environment);
}
function replay(t, engine, args, environment = {}) {
    return startReplay(t, engine, ['--ttl', '1000', ...args], environment).ended;
}
t.test('plays a file against an engine, twice, and all books agree', async (t) => {
    const engine = await startEngine(t);
    const first = await replay(t, engine, ['--json']);
    t.equal(first.code, 0, first.stderr + first.stdout.slice(0, 4000));
    const result = JSON.parse(first.stdout);
    const lines = (name) => result.results[name]?.lines ?? Number.NaN;
    t.equal(result.lines, LINES);
    t.equal(result.offered + result.returns + Object.values(result.skipped).reduce((sum, count) => sum + count), LINES);
    t.match(result.skipped, { postage: 10, 'over the maximum': 10 });
    t.equal(lines('offered'), result.offered);
    t.equal(lines('offered'), lines('accepted') + lines('sold out') + lines('buyer limit'));
    t.equal(lines('accepted'), lines('confirmed') + lines('released') + lines('expired'));
    for (const name of [
        'accepted',
        'sold out',
        'buyer limit',
        'confirmed',
        'released',
        'expired',
        'returned',
    ]) {
        t.ok(lines(name) > 0, `some are ${name}: ${lines(name)}`);
    }
    t.equal(lines('failed'), 0);
    t.equal(result.audit.sold, result.results.confirmed?.units);
    t.same(result.findings, []);
    const second = await replay(t, engine, []);
    t.equal(second.code, 0, second.stderr);
    t.match(second.stdout, /240 lines in the file/);
    t.match(second.stdout, /accepted +\d+ +\d+/);
    t.match(second.stdout, /Audit of 7 SKUs: .*Every SKU is conserved; Redis, Postgres and this client agree\./);
    t.match(second.stderr, /Playing lines: \d+\n/, 'plain lines where there is no terminal');
    const audit = await runCli(t, 'audit', ['--admin-url', engine.operationsUrl]);
    t.equal(audit.code, 0, audit.stderr);
    t.match(audit.stdout, /14 SKUs audited: every one is conserved, and Redis and Postgres agree\./);
    const stopped = startReplay(t, engine, ['--ttl', '600000']);
    await until(() => stopped.stderr().includes('Waiting for deadlines'), {
        timeoutMs: 30_000,
        what: 'waiting',
    });
    // npm passes on what the terminal has sent already.
    stopped.interrupt();
    stopped.interrupt();
    const { code, stdout } = await stopped.ended;
    t.equal(code, 130, 'Ctrl-C');
    t.match(stdout, /^\nStopped: .*\n\n +240 lines in the file\n/);
    t.match(stdout, /confirmed +\d+ +\d+/);
});
t.test('what the client did not see is found', async (t) => {
    const engine = await startEngine(t);
    const running = startReplay(t, engine, ['--ttl', '3000', '--prefix', 'watched-', '--stock-ratio', '2']);
    await until(() => running.stderr().includes('Waiting for deadlines'), {
        timeoutMs: 30_000,
        what: 'waiting',
    });
    const storefront = new HttpClient({ baseUrl: engine.storefrontUrl, option: '', sockets: 1 });
    t.teardown(() => storefront.close());
    const order = { sku: 'watched-20000', buyerId: 'stranger', quantity: 3 };
    const held = await storefront.call('POST', '/v1/holds', order, 'a-stranger-buys');
    await storefront.call('POST', `/v1/holds/${member(held.body, 'holdId')}/confirm`, { paymentRef: 'cash' });
    const { code, stdout } = await running.ended;
    t.equal(code, 1);
    const found = /watched-20000: the engine has (\d+) units sold, the client saw (\d+)\./.exec(stdout);
    t.equal(Number(found?.[1]), Number(found?.[2]) + 3);
});
t.test('plays signed against an engine with authentication', async (t) => {
    const secret = 'a-secret-of-at-least-32-characters';
    const engine = await startEngine(t, {
        AUTH: 'on',
        STOREFRONT_KEYS: `shop:key-1:${secret}`,
        ADMIN_TOKEN: 'sixteen-characters',
    });
    const bare = await replay(t, engine, ['--limit', '20']);
    t.equal(bare.code, 2);
    t.match(bare.stderr, /401 unauthorized.*HOLDFAST_ADMIN_TOKEN/);
    const credentials = {
        HOLDFAST_KEY_ID: 'key-1',
        HOLDFAST_SECRET: secret,
        HOLDFAST_ADMIN_TOKEN: 'sixteen-characters',
    };
    const signed = await replay(t, engine, ['--limit', '60'], credentials);
    t.equal(signed.code, 0, signed.stderr + signed.stdout);
});
t.test('without an engine it says so in one sentence', async (t) => {
    const file = join(temporaryDirectory(t, 'orders'), 'orders.csv');
    writeFileSync(file, orders(LINES));
    const ended = await runCli(t, 'replay', [file, '--url', 'http://127.0.0.1:1']);
    t.equal(ended.code, 2);
    t.match(ended.stderr, /^No engine answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): .*\n$/);
});
//# sourceMappingURL=replay.test.js.map