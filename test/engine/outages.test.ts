import t from 'tap';
import { startPostgres } from '../../src/services/postgres.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshRedis, onEach } from '../support/redis.js';
import { until } from '../support/until.js';
import { Shop } from './shop.js';

leftovers(t);

t.test('Postgres goes and comes back: sales go on, and the ledger catches up', async (t) => {
  const directory = temporaryDirectory(t, 'postgres');
  let postgres = await startPostgres({ directory });
  t.teardown(() => postgres.stop());
  const { port } = postgres;
  const engine = await startEngine(t, { DATABASE_URL: postgres.url });
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 100 });
  await postgres.stop();
  const hold = await shop.hold('phone', 'ada', 1, 'during-outage');
  t.equal(hold.status, 201, 'selling does not need Postgres');
  t.equal((await shop.confirm(String(hold.body.holdId), 'pay-1')).status, 200);
  await until(async () => (await shop.operate('GET', '/readyz')).body, {}).then((body) => {
    t.equal((body as { ready: boolean }).ready, true, 'still ready');
  });
  const listed = await shop.operate('GET', '/v1/skus/phone/holds');
  t.match([listed.status, listed.body.code], [503, 'unavailable'], 'what needs the ledger says so');

  postgres = await startPostgres({ directory, port });
  const audit = await until(
    async () => {
      const answer = await shop.operate('GET', '/v1/skus/phone/audit');
      return answer.status === 200 ? answer.body : undefined;
    },
    { timeoutMs: 30_000, what: 'the audit after Postgres came back' },
  );
  t.match(audit, { conserved: true, counters: { sold: 1, available: 99 }, ledger: { sold: 1 } });
});

t.test('Redis goes and comes back: clear refusals meanwhile, then the same holds as before', async (t) => {
  const redis = await freshRedis(t);
  const engine = await startEngine(t, { REDIS_URL: redis.url });
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 100, holdTtlMs: 600_000 });
  const hold = await shop.hold('phone', 'ada', 1, 'before-outage');
  t.equal(hold.status, 201);
  await redis.kill('SIGKILL');
  const refused = await until(
    async () => {
      const answer = await shop.hold('phone', 'bob', 1, `outage-${Math.random()}`);
      return answer.body.code === 'unavailable' ? answer : undefined;
    },
    { what: 'unavailable' },
  );
  t.equal(refused.status, 503);
  t.ok(refused.headers.get('retry-after'));
  await until(async () => (await shop.operate('GET', '/readyz')).status === 503, { what: 'not ready' });

  await redis.restart();
  await until(async () => (await shop.operate('GET', '/readyz')).status === 200, { what: 'ready again' });
  const replay = await until(
    async () => {
      const answer = await shop.hold('phone', 'ada', 1, 'before-outage');
      return answer.status === 200 ? answer : undefined;
    },
    { what: 'the replay' },
  );
  t.equal(replay.body.holdId, hold.body.holdId);
  t.equal((await shop.hold('phone', 'bob', 1, 'after-outage')).status, 201);
  t.same((await shop.audit('phone')).differences, []);
});

t.test('functions flushed from a running Redis come back by themselves', async (t) => {
  const redis = await freshRedis(t);
  const shop = new Shop(await startEngine(t, { REDIS_URL: redis.url }));
  await shop.offer('phone', { total: 100 });
  await onEach(redis, 'FUNCTION', 'FLUSH');
  t.equal((await shop.hold('phone', 'ada', 1, 'after-the-flush')).status, 201);
});
