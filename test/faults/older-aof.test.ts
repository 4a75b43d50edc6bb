import { cpSync, renameSync, rmSync } from 'node:fs';
import t from 'tap';
import type { RunningRedis } from '../../src/services/redis.js';
import { Shop } from '../engine/shop.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

/** Brings Redis back with the files of another moment, or of another Redis. */
async function comeBackWith(redis: RunningRedis, files: string): Promise<void> {
  await redis.kill('SIGKILL');
  rmSync(`${redis.directory}/replaced`, { recursive: true, force: true });
  renameSync(`${redis.directory}/appendonlydir`, `${redis.directory}/replaced`);
  cpSync(files, `${redis.directory}/appendonlydir`, { recursive: true });
  await redis.restart();
}

/** Every answer from now until the engine says `store_rolled_back`; asks ten times more after that. */
async function answersUntilRefused(shop: Shop, name: string): Promise<Set<string>> {
  const answers = new Set<string>();
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    const { status, body } = await shop.hold('phone', 'bob', 1, `${name}-${asked}-after`);
    const word = status === 201 ? 'held' : String(body.code);
    answers.add(word);
    return word;
  };
  await until(async () => (await ask()) === 'store_rolled_back', { what: `store_rolled_back from ${name}` });
  for (let more = 0; more < 10; more += 1) await ask();
  return answers;
}

t.test('Redis comes back from an older append-only file: no engine sells from it', async (t) => {
  const redis = await singleRedis(t, 'it exchanges the files of one server');
  const stores = { DATABASE_URL: await freshDatabase(t), REDIS_URL: redis.url };
  const seller = await startEngineOn(t, stores);
  const idle = await startEngineOn(t, stores);
  const shop = new Shop(seller);
  await shop.offer('phone', { total: 100, holdTtlMs: 600_000 });
  for (let buyer = 0; buyer < 5; buyer += 1)
    await shop.hold('phone', `early-${buyer}`, 1, `early-${buyer}-key`);
  cpSync(`${redis.directory}/appendonlydir`, `${redis.directory}/older`, { recursive: true });
  for (let buyer = 0; buyer < 5; buyer += 1)
    await shop.hold('phone', `late-${buyer}`, 1, `late-${buyer}-key`);
  // The idle engine knows of sales from its polls.
  await until(async () => (await new Shop(idle).sku('phone')).held === 10, {
    what: 'the idle engine to know',
  });
  await comeBackWith(redis, `${redis.directory}/older`);
  for (const [name, engine] of Object.entries({ seller, idle })) {
    const answers = await answersUntilRefused(new Shop(engine), name);
    t.notOk(answers.has('held'), `${name}: ${[...answers]}`);
  }
  await Promise.all([seller.stop(), idle.stop()]);
  const next = await startEngineOn(t, stores);
  t.notOk((await answersUntilRefused(new Shop(next), 'next')).has('held'), 'also after a restart');
  await next.stop();

  cpSync(`${redis.directory}/replaced`, `${redis.directory}/newest`, { recursive: true });
  await comeBackWith(redis, `${redis.directory}/newest`);
  const mended = new Shop(await startEngineOn(t, stores));
  t.equal((await mended.hold('phone', 'late-4', 1, 'late-4-key')).status, 200, 'the newest file mends it');
  t.match(await mended.audit('phone'), { differences: [] });
});

t.test('another deployment’s data comes up under our Redis’ address: nothing is sold from it', async (t) => {
  const [ours, theirs] = [
    await singleRedis(t, 'it exchanges the files of one server'),
    await singleRedis(t, 'it exchanges the files of one server'),
  ];
  const other = await startEngineOn(t, { DATABASE_URL: await freshDatabase(t), REDIS_URL: theirs.url });
  const otherShop = new Shop(other);
  await otherShop.offer('phone', { total: 100 });
  for (let buyer = 0; buyer < 5; buyer += 1)
    await otherShop.hold('phone', `b-${buyer}`, 1, `their-key-${buyer}`);
  await other.stop();
  const engine = await startEngineOn(t, { DATABASE_URL: await freshDatabase(t), REDIS_URL: ours.url });
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 100 });
  await comeBackWith(ours, `${theirs.directory}/appendonlydir`);
  const answers = await answersUntilRefused(shop, 'ours');
  t.notOk(answers.has('held'), [...answers].join());
});
