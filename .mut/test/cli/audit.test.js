import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t from 'tap';
import { expectStatus } from '../../src/cli/engine-api.js';
import { HttpClient } from '../../src/cli/http-client.js';
import { partitionOf } from '../../src/domain/partition.js';
import { Shop } from '../engine/shop.js';
import { runCli } from '../support/cli.js';
import { damageCounters } from '../support/damage.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis, inspect } from '../support/redis.js';
leftovers(t);
t.setTimeout(110_000);
t.test('finds what somebody changed behind the engine’s back', async (t) => {
    const databaseUrl = await freshDatabase(t);
    const engine = await startEngine(t, { DATABASE_URL: databaseUrl });
    const operations = new HttpClient({ baseUrl: engine.operationsUrl, option: '', sockets: 4 });
    const storefront = new HttpClient({ baseUrl: engine.storefrontUrl, option: '', sockets: 4 });
    t.teardown(() => {
        operations.close();
        storefront.close();
    });
    for (const sku of ['cup', 'mug', 'pot']) {
        expectStatus(sku, await operations.call('PUT', `/v1/skus/${sku}`, { total: 10 }), 201);
        expectStatus(sku, await operations.call('POST', `/v1/skus/${sku}/open`), 200);
    }
    const order = { sku: 'mug', buyerId: 'ada', quantity: 4 };
    expectStatus('hold', await storefront.call('POST', '/v1/holds', order, 'order-0001'), 201);
    const audit = (...args) => runCli(t, 'audit', ['--admin-url', engine.operationsUrl, ...args]);
    const good = await audit();
    t.equal(good.code, 0, good.stderr);
    t.match(good.stdout, /^3 SKUs audited: every one is conserved/);
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    await database.query("UPDATE holdfast.history SET units = 3 WHERE sku = 'mug' AND kind = 'held'");
    await database.end();
    const file = join(temporaryDirectory(t, 'audit'), 'found.json');
    const bad = await audit('--json', file, '--repair');
    t.equal(bad.code, 1, bad.stdout + bad.stderr);
    t.match(bad.stdout, /^3 SKUs audited, 1 differ\.\n\nmug at seq \d+\n/);
    t.match(bad.stdout, / {2}ledger +10 +7 +3 +0 +0\n/);
    t.match(bad.stdout, /Remedy: the sources disagree/);
    const found = JSON.parse(readFileSync(file, 'utf8'));
    t.match(found, { skus: 3, different: [{ sku: 'mug', remedy: 'by_hand' }], repairs: [] });
    t.equal((await audit('cup', '--sku', 'pot')).code, 0, 'only those named');
    const unknown = await audit('kettle');
    t.equal(unknown.code, 2);
    t.match(unknown.stderr, /The audit of kettle was answered 404 unknown_sku/);
});
t.test('gives back what a damaged counter keeps, on the operator’s word', async (t) => {
    const redis = await freshRedis(t);
    const databaseUrl = await freshDatabase(t);
    const engine = await startEngine(t, { REDIS_URL: redis.url, DATABASE_URL: databaseUrl });
    const shop = new Shop(engine);
    await shop.offer('mug', { total: 10 });
    await shop.hold('mug', 'ada', 4, 'order-0001');
    await damageCounters(inspect(t, redis), partitionOf('mug', 16), 'mug', { available: -3, held: 3 });
    const audit = (...args) => runCli(t, 'audit', ['--admin-url', engine.operationsUrl, ...args]);
    t.match(await audit(), { code: 1, stdout: /offer too little: `--repair` gives it back/ });
    const repaired = await audit('--repair');
    t.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
    t.match(repaired.stdout, /1 differ\. 1 repaired, 0 left\.\n/);
    t.match(repaired.stdout, /Repaired: available 3 → 6 at seq \d+\./);
    t.match(await audit(), { code: 0 });
    const database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    const { rows } = await database.query("SELECT kind, cause, units, detail, key_id FROM holdfast.history WHERE kind = 'repaired'");
    await database.end();
    t.match(rows, [
        { kind: 'repaired', cause: 'repair', units: 3, detail: '{"available":[3,6],"held":[7,4]}', key_id: '' },
    ]);
    const made = await shop.hold('mug', 'bob', 6, 'order-0002');
    t.equal(made.status, 201, JSON.stringify(made.body));
});
t.test('wrong calls are one sentence', async (t) => {
    t.match(await runCli(t, 'audit', ['--admin-url', 'nonsense']), {
        code: 2,
        stderr: /^--admin-url must be .*\n$/,
    });
    t.match(await runCli(t, 'audit', ['--help']), { code: 0, stdout: /^Usage: npm run audit/ });
});
//# sourceMappingURL=audit.test.js.map