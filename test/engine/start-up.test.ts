import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import t, { type Test } from 'tap';
import { exitOf } from '../../src/services/processes.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis, onEach } from '../support/redis.js';
import { until } from '../support/until.js';
import { Shop } from './shop.js';

leftovers(t);

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Runs `main.js` where it must not start, and answers what a person reads and the exit code. */
async function refusedStart(
  t: Test,
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, AUTH: 'off', PORT: '0', ADMIN_PORT: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const { code } = await exitOf(child);
  return { code, said };
}

t.test('settings that contradict each other are refused together, each with its remedy', async (t) => {
  const { code, said } = await refusedStart(t, { AUTH: 'on', PORT: '70000', SHARDS: '99' });
  t.equal(code, 2);
  t.match(said, /PORT: must be a whole number from 0 to 65535, not "70000"/);
  const relations = await refusedStart(t, { AUTH: 'on', STOCK_TIMEOUT_MS: '3000' });
  t.equal(relations.code, 2);
  t.match(relations.said, /STOREFRONT_KEYS: is needed while AUTH=on/);
  t.match(relations.said, /ADMIN_TOKEN: is needed/);
  t.match(relations.said, /STOCK_TIMEOUT_MS: less than REQUEST_BUDGET_MS \(2000\)/);
});

t.test('a Postgres that is down is one clear sentence', async (t) => {
  const { code, said } = await refusedStart(t, {
    DATABASE_URL: 'postgres://shop:secret@127.0.0.1:1/none',
    REDIS_URL: (await freshRedis(t)).url,
  });
  t.equal(code, 2);
  t.match(
    said,
    /Postgres at postgres:\/\/\*\*\*@127\.0\.0\.1:1\/none cannot be used: .*ECONNREFUSED.* set DATABASE_URL/s,
  );
  t.notMatch(said, /secret/);
});

t.test('a Redis that is down is one clear sentence', async (t) => {
  const { code, said } = await refusedStart(t, {
    DATABASE_URL: await freshDatabase(t),
    REDIS_URL: 'redis://127.0.0.1:1',
  });
  t.equal(code, 2);
  t.match(said, /Redis at redis:\/\/127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.* set REDIS_URL/s);
});

t.test('a Redis that loses what it acknowledged is refused, or shown where the user insists', async (t) => {
  const redis = await freshRedis(t);
  await onEach(redis, 'CONFIG', 'SET', 'appendfsync', 'everysec');
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: redis.url };
  const { code, said } = await refusedStart(t, stores);
  t.equal(code, 2);
  t.match(said, /appendfsync is everysec, must be always/);
  t.match(said, /DURABILITY=insist-on-weaker/);

  const engine = await startEngine(t, { ...stores, DURABILITY: 'insist-on-weaker' });
  t.match(engine.logs(), /"setting":"appendfsync".*less durable/);
  const shop = new Shop(engine);
  const ready = await shop.operate('GET', '/readyz');
  t.match(JSON.stringify(ready.body), /appendfsync is everysec/);
  t.match(await (await fetch(`${engine.operationsUrl}/metrics`)).text(), /^holdfast_durability_ok 0$/m);
});

t.test('another number of partitions is refused by the ledger and by Redis', async (t) => {
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  await (await startEngine(t, stores)).stop();
  const ledger = await refusedStart(t, { ...stores, PARTITIONS: '8' });
  t.equal(ledger.code, 2);
  t.match(ledger.said, /PARTITIONS is 8, but this deployment was made with 16.*set PARTITIONS=16/s);
  const redis = await refusedStart(t, { ...stores, PARTITIONS: '8', DATABASE_URL: await freshDatabase(t) });
  t.equal(redis.code, 2);
  t.match(redis.said, /PARTITIONS is 8, but Redis .* was filled with 16/);
});

t.test('the Redis of another deployment is refused: its stock is not ours to sell', async (t) => {
  const ours = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  await (await startEngine(t, ours)).stop();
  const theirs = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  const other = await startEngine(t, theirs);
  await new Shop(other).offer('phone', { total: 10 });
  await other.stop();
  const { code, said } = await refusedStart(t, { ...ours, REDIS_URL: theirs.REDIS_URL });
  t.equal(code, 2);
  t.match(said, /belong to different deployments/);
});

t.test('a port already taken names the setting', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as { port: number };
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  const { code, said } = await refusedStart(t, { ...stores, PORT: String(port) });
  t.equal(code, 2);
  t.match(said, new RegExp(`${port}.*PORT`, 's'));
});

/** A slow machine may not find out within a request's budget: then it is asked again, and must never have sold. */
async function refusesAsRolledBack(t: Test, shop: Shop, key: string): Promise<void> {
  const refusal = async (): Promise<boolean> => {
    const { status, body } = await shop.hold('phone', 'eve', 1, key);
    t.equal(status, 503, `not sold: ${body.code}`);
    return body.code === 'store_rolled_back';
  };
  await until(refusal, { what: 'store_rolled_back after a restart' });
}

t.test('an emptied Redis is seen: nothing is sold, and the reason is told', async (t) => {
  const redis = await freshRedis(t);
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: redis.url };
  const before = await startEngine(t, stores);
  const shop = new Shop(before);
  await shop.offer('phone', { total: 10 });
  t.equal((await shop.hold('phone', 'ada', 1, 'first-key')).status, 201);
  await redis.halt();
  await onEach(redis, 'FLUSHALL');
  const during = await until(
    async () => {
      const answer = await shop.hold('phone', 'bob', 1, `key-${Math.random()}`);
      return answer.status === 503 && answer.body.code === 'store_rolled_back' ? answer : undefined;
    },
    { what: 'store_rolled_back while running' },
  );
  t.ok(during.headers.get('retry-after'));
  await before.stop();

  const after = await startEngine(t, stores);
  const later = new Shop(after);
  await refusesAsRolledBack(t, later, 'another-key');
  t.equal((await later.operate('GET', '/readyz')).status, 503);
  const sizes = await onEach(redis, 'DBSIZE');
  t.same([...new Set(sizes)], [0], 'and nothing was written over it');
});

t.test('a Redis that is as far as the ledger, but with other events, is not sold from', async (t) => {
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  const before = await startEngine(t, stores);
  const first = new Shop(before);
  await first.offer('phone', { total: 10 });
  t.equal((await first.hold('phone', 'ada', 1, 'first-key')).status, 201);
  await before.stop();
  const again = await startEngine(t, stores);
  t.equal((await new Shop(again).hold('phone', 'bob', 1, 'second-key')).status, 201, 'sells as it is');
  await again.stop();
  // As when Redis went back, and what another engine wrote since reached the same seq.
  const postgres = new pg.Client({ connectionString: stores.DATABASE_URL });
  await postgres.connect();
  const { rowCount } = await postgres.query(
    `UPDATE holdfast.ledger_events SET digest = sha256('another event') WHERE seq =
      (SELECT max(seq) FROM holdfast.ledger_events)`,
  );
  await postgres.end();
  t.equal(rowCount, 1);
  const after = await startEngine(t, stores);
  await refusesAsRolledBack(t, new Shop(after), 'third-key');
  t.match(after.logs(), /has another event \d+ than the ledger: it went back and was written on since/);
});
