import pg from 'pg';
import t from 'tap';
import { expectStatus } from '../../src/cli/engine-api.js';
import { HttpClient } from '../../src/cli/http-client.js';
import { runCli } from '../support/cli.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';

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

  const audit = (...args: string[]) => runCli(t, 'audit', ['--admin-url', engine.operationsUrl, ...args]);
  const good = await audit();
  t.equal(good.code, 0, good.stderr);
  t.match(good.stdout, /^3 SKUs audited: every one is conserved/);

  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query("UPDATE holdfast.history SET units = 3 WHERE sku = 'mug' AND kind = 'held'");
  await database.end();
  const bad = await audit();
  t.equal(bad.code, 1, bad.stdout + bad.stderr);
  t.match(bad.stdout, /^3 SKUs audited, 1 differ:\nmug at seq \d+: /);
  t.equal((await audit('cup', 'pot')).code, 0, 'only those named');

  const lines = (await audit('--json')).stdout.trim().split('\n');
  const reports = lines.map((line) => JSON.parse(line) as { sku: string; conserved: boolean });
  t.same(
    reports.filter(({ conserved }) => !conserved).map(({ sku }) => sku),
    ['mug'],
  );
  const unknown = await audit('kettle');
  t.equal(unknown.code, 2);
  t.match(unknown.stderr, /The audit of kettle was answered 404 unknown_sku/);
});

t.test('wrong calls are one sentence', async (t) => {
  t.match(await runCli(t, 'audit', ['--concurrency', '0']), {
    code: 2,
    stderr: /^--concurrency must be .*\n$/,
  });
  t.match(await runCli(t, 'audit', ['--help']), { code: 0, stdout: /^Usage: npm run audit/ });
});
