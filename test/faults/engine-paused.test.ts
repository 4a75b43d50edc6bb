import t from 'tap';
import { concurrently, Shop } from '../engine/shop.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

const TOTAL = 40;
const PAUSE_MS = 5000;

t.test('an engine that stood still for seconds refuses nobody by what it saw before', async (t) => {
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: (await freshRedis(t)).url };
  const [paused, awake] = [await startEngine(t, stores), await startEngine(t, stores)];
  const [before, meanwhile] = [new Shop(paused), new Shop(awake)];
  await before.offer('phone', { total: TOTAL, holdTtlMs: 600_000 });
  await before.offer('gone', { total: 1, holdTtlMs: 600_000 });
  t.equal((await before.hold('gone', 'ann', 1, 'gone-first-key')).status, 201);
  await until(
    async () => (await before.hold('gone', 'bob', 1, `g-${Math.random()}`)).body.code === 'sold_out',
  );
  await until(async () => (await meanwhile.sku('phone')).available === TOTAL);

  paused.process.kill('SIGSTOP');
  t.teardown(() => paused.process.kill('SIGCONT'));
  const pausedAt = performance.now();
  // Requests that reach it while it stands still are answered after, truthfully.
  const asleep = Array.from({ length: 5 }, (_, buyer) =>
    before.hold('phone', `s-${buyer}`, 1, `asleep-key-${buyer}`),
  );
  await concurrently(TOTAL - 5, 8, async (buyer) => {
    t.equal((await meanwhile.hold('phone', `b-${buyer}`, 1, `awake-key-${buyer}`)).status, 201);
  });
  // What its board says is sold out is back on sale, and taken again.
  // Engines hear of each other's keys within two tenths of a second.
  const first = await until(async () => {
    const answer = await meanwhile.hold('gone', 'ann', 1, 'gone-first-key');
    return answer.status === 200 ? answer : undefined;
  });
  await meanwhile.shop('DELETE', `/v1/holds/${first.body.holdId}`);
  t.equal((await meanwhile.hold('gone', 'cyd', 1, 'gone-second-key')).status, 201);
  await until(() => performance.now() - pausedAt > PAUSE_MS, { what: 'the pause to pass' });
  paused.process.kill('SIGCONT');

  const replays = await Promise.all([
    before.hold('gone', 'cyd', 1, 'gone-second-key'),
    ...Array.from({ length: TOTAL - 5 }, (_, buyer) =>
      before.hold('phone', `b-${buyer}`, 1, `awake-key-${buyer}`),
    ),
  ]);
  t.same([...new Set(replays.map(({ status }) => status))], [200], 'every replay gets its hold');
  for (const answer of await Promise.all(asleep)) {
    t.ok([201, 503].includes(answer.status), `${answer.status} ${answer.body.code ?? 'held'}`);
  }
  const audit = await until(async () => {
    const answer = await before.operate('GET', '/v1/skus/phone/audit');
    return answer.status === 200 ? answer.body : undefined;
  });
  t.match(audit, { conserved: true, differences: [] });
});
