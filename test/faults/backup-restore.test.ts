import t, { type Test } from 'tap';
import { type RunningPostgres, startPostgres } from '../../src/services/postgres.js';
import type { RunningRedis } from '../../src/services/redis.js';
import { concurrently, Shop } from '../engine/shop.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { ARCHIVABLE, backUpPostgres, backUpRedis, restorePostgres, restoreRedis } from './backups.js';

leftovers(t);
t.setTimeout(150_000);

interface Stores {
  readonly redis: RunningRedis;
  readonly postgres: RunningPostgres;
  readonly directory: string;
  readonly settings: { readonly REDIS_URL: string; readonly DATABASE_URL: string };
}

async function startStores(t: Test): Promise<Stores> {
  const redis = await singleRedis(t, 'the drill copies the files of one Redis');
  const directory = temporaryDirectory(t, 'postgres');
  const postgres = await startPostgres({ directory, extra: ARCHIVABLE });
  t.teardown(() => postgres.stop());
  const settings = { REDIS_URL: redis.url, DATABASE_URL: await postgres.createDatabase('holdfast') };
  return { redis, postgres, directory, settings };
}

/** Eight buyers who hold, and half of whom pay, until they are told to stop. Everything here was acknowledged. */
class Sale {
  readonly held: string[] = [];
  readonly confirmed = new Set<string>();
  #selling = true;
  readonly #ended: Promise<void>;

  constructor(shop: Shop, name: string) {
    this.#ended = concurrently(8, 8, async (buyer) => {
      for (let round = 0; this.#selling; round += 1) {
        const key = `${name}-${buyer}-${round}-key`;
        const { status, body } = await shop.hold('phone', `${name}-${buyer}-${round}`, 1, key);
        if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
        const holdId = String(body.holdId);
        this.held.push(holdId);
        if (round % 2 === 0 && (await shop.confirm(holdId, `pay-${key}`)).status === 200)
          this.confirmed.add(holdId);
      }
    });
  }

  async reached(holds: number): Promise<void> {
    await until(() => this.held.length >= holds, { what: `${holds} holds`, timeoutMs: 60_000 });
  }

  async stop(): Promise<void> {
    this.#selling = false;
    await this.#ended;
  }
}

/** State of each hold as the engine now knows it; `unknown_hold` where it does not. */
async function statesOf(shop: Shop, holdIds: readonly string[]): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  await concurrently(holdIds.length, 8, async (index) => {
    const { status, body } = await shop.shop('GET', `/v1/holds/${holdIds[index]}`);
    states.set(holdIds[index]!, String(status === 200 ? body.state : body.code));
  });
  return states;
}

t.test('Postgres first, then Redis: what was acknowledged before the backup is back', async (t) => {
  const { redis, postgres, directory, settings } = await startStores(t);
  const engine = await startEngineOn(t, settings);
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 1_000_000, holdTtlMs: 3_600_000 });
  const sale = new Sale(shop, 'sale');
  await sale.reached(200);
  const ledgerBackup = await backUpPostgres(postgres, directory);
  const [held, confirmed] = [[...sale.held], [...sale.confirmed]];
  t.ok(held.length >= 200 && confirmed.length > 0, 'there is something to lose');
  const stockBackup = await backUpRedis(redis);
  const soFar = sale.held.length;
  await sale.reached(soFar + 300);
  await sale.stop();
  await engine.stop();

  await restorePostgres(postgres, directory, ledgerBackup);
  await restoreRedis(redis, stockBackup);
  const restored = new Shop(await startEngineOn(t, settings));
  const states = await statesOf(restored, sale.held);
  const lostOfBackup = held.filter((holdId) => states.get(holdId) === 'unknown_hold');
  t.same(lostOfBackup, [], 'no hold of the backup is lost');
  t.same(
    confirmed.filter((holdId) => states.get(holdId) !== 'confirmed'),
    [],
    'what was paid is paid',
  );
  const lost = sale.held.filter((holdId) => states.get(holdId) === 'unknown_hold');
  t.ok(lost.length > 0 && lost.length <= sale.held.length - held.length, 'what came later is named');
  t.comment(`${held.length} holds before the backup, ${sale.held.length} in all, ${lost.length} not in it`);

  const known = sale.held.length - lost.length;
  const audit = await restored.audit('phone');
  t.same(audit.differences, [], 'the ledger caught up from the streams');
  t.equal(audit.counters.held! + audit.counters.sold!, known, 'nothing is counted that nobody has');
  t.equal(audit.ledger.sold, audit.counters.sold);
  t.equal((await restored.hold('phone', 'next', 1, 'next-key-1')).status, 201, 'and it sells');
});

t.test('Redis first, then Postgres: nothing is sold from it', async (t) => {
  const { redis, postgres, directory, settings } = await startStores(t);
  const engine = await startEngineOn(t, settings);
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 1_000_000, holdTtlMs: 3_600_000 });
  const sale = new Sale(shop, 'sale');
  await sale.reached(50);
  const stockBackup = await backUpRedis(redis);
  await sale.reached(sale.held.length + 100);
  await sale.stop();
  // Asking for the audit makes the ledger write what it has not yet: it is ahead of the copy of Redis for certain.
  await shop.audit('phone');
  const ledgerBackup = await backUpPostgres(postgres, directory);
  await engine.stop();

  await restorePostgres(postgres, directory, ledgerBackup);
  await restoreRedis(redis, stockBackup);
  const restored = new Shop(await startEngineOn(t, settings));
  const { status, body } = await restored.hold('phone', 'next', 1, 'next-key-1');
  t.match({ status, code: body.code }, { status: 503, code: 'store_rolled_back' });
});
