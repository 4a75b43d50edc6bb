import t, { type Test } from 'tap';
import { metaKey } from '../../src/events/reader.js';
import {
  comeBackWith,
  copyFiles,
  type Deployment,
  deployOn,
  held,
  open,
  runRecover,
  stopLedger,
} from '../recovery/stage.js';
import { leftovers } from '../support/leftovers.js';
import { inspect, singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import type { Shop } from './shop.js';

leftovers(t);

/** Engines that leave at once, and write nothing to the ledger while another is believed to lead. */
const SILENT = { DRAIN_MS: '2000', LEDGER_YIELD_MS: '60000' };
const TTL = { total: 100, holdTtlMs: 3_600_000 };

interface WrittenOn extends Deployment {
  /** Redis' file as it was before the older one was put in its place. */
  readonly newest: string;
  readonly letLedgerGo: () => Promise<void>;
}

async function sell(shop: Shop, name: string, count: number): Promise<void> {
  for (let buyer = 0; buyer < count; buyer += 1)
    await held(shop.hold('phone', name, 1, `${name}-${buyer}-key`));
}

/**
 * An engine sells and sleeps; Redis comes back with an older file, and another engine, started anew, sells on from it past all
 * that the first had seen. The first wakes up and finds out, both leave. The ledger was told of none of it.
 */
async function writtenOn(t: Test): Promise<WrittenOn> {
  const here = await deployOn(t, await singleRedis(t, 'it exchanges the files of one server'));
  const [early, merchant] = await open(t, here);
  await merchant.offer('phone', TTL);
  await early.stop();
  const letLedgerGo = await stopLedger(t, here);
  const [first, firstShop] = await open(t, here, SILENT);
  const [other, otherShop] = await open(t, here, SILENT);
  const older = await copyFiles(here);
  await sell(firstShop, 'first', 5);
  first.process.kill('SIGSTOP');
  await sell(otherShop, 'other', 10);
  await other.stop();
  const newest = await copyFiles(here);
  await comeBackWith(here, older);
  const [second, secondShop] = await open(t, here, SILENT);
  await sell(secondShop, 'second', 8);
  first.process.kill('SIGCONT');
  for (const shop of [firstShop, secondShop])
    await until(async () => (await shop.operate('GET', '/readyz')).status === 503, {
      what: 'store_rolled_back',
    });
  await Promise.all([first.stop(), second.stop()]);
  return { ...here, newest, letLedgerGo };
}

/** Whether some number in Postgres is higher than what the store has. */
async function isToldByNumbers(t: Test, { redis, pool }: Deployment): Promise<boolean> {
  const { rows } = await pool.query(
    'SELECT partition, greatest(seq, acknowledged) AS seq FROM holdfast.ledger_position',
  );
  const client = inspect(t, redis);
  const heads = await Promise.all(rows.map(({ partition }) => client.hget(metaKey(partition), 'seq')));
  return rows.some(({ seq }, index) => Number(seq) > Number(heads[index] ?? 0));
}

t.test('Redis went back and was written on, and all who saw it are gone: it is not sold from', async (t) => {
  const here = await writtenOn(t);
  t.notOk(await isToldByNumbers(t, here), 'no number tells');
  const [after, shop] = await open(t, here, SILENT);
  const answer = await until(
    async () => {
      const { body } = await shop.hold('phone', 'eve', 1, 'eve-key-1');
      // A shard in the gateway's own thread is a moment later than its listener.
      return body.code === 'unavailable' ? undefined : body;
    },
    { what: 'an answer' },
  );
  t.match(answer, { code: 'store_rolled_back' });
  t.match(
    after.logs(),
    /does not have the event \d+ that an engine made: it went back and was written on since/,
  );
  t.match(
    (await runRecover(t, here, [])).stdout,
    /1 of 16 partitions are rewritten/,
    '`recover` sees it too',
  );
  await after.stop();
  await here.letLedgerGo();
  await comeBackWith(here, here.newest);
  const [, mended] = await open(t, here);
  t.equal((await mended.hold('phone', 'first', 1, 'first-4-key')).status, 200, 'its newest file mends it');
  await held(mended.hold('phone', 'eve', 1, 'eve-key-2'));
  t.match(await mended.audit('phone'), { differences: [] });
});

t.test('after a recovery nothing of it is left to tell', async (t) => {
  const here = await writtenOn(t);
  await here.letLedgerGo();
  const { code, stderr, report } = await runRecover(t, here);
  t.equal(code, 0, stderr);
  t.match(
    report,
    { liveHolds: 8, withheldUnits: 92 },
    'what was sold since is kept, what may have been before is withheld',
  );
  t.same((await here.pool.query('SELECT seq FROM holdfast.lost_events')).rows, []);
  const [, after] = await open(t, here);
  t.match(await after.sku('phone'), { state: 'paused', held: 8 });
});
