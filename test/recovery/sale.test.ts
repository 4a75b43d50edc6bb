import t, { type Test } from 'tap';
import { type Answer, concurrently, type Shop } from '../engine/shop.js';
import type { RunningEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import {
  comeBackWith,
  copyFiles,
  type Deployment,
  deploy,
  open,
  runRecover,
  stopLedger,
  wipe,
} from './stage.js';

leftovers(t);

const SKUS = ['anvil', 'bell', 'crate'];
const TOTAL = 120;
const LIMIT = 4;

/** What buyers were told: every 201 and every confirm that was answered 200. */
interface Acknowledged {
  readonly sku: string;
  readonly buyerId: string;
  readonly key: string;
  readonly quantity: number;
  isConfirmed: boolean;
}

/** Buyers who hold, and half of whom pay, at two engines until nobody is answered any more. */
class Sale {
  readonly holds = new Map<string, Acknowledged>();
  #refused = 0;

  /** Resolves when both engines refuse because the store was lost. `at`: called once so many holds were acknowledged. */
  async run(shops: readonly Shop[], at: number, then: () => Promise<void>): Promise<void> {
    let lost: Promise<void> | undefined;
    await concurrently(4000, 12, async (index) => {
      if (this.#refused > 50) return;
      const shop = shops[index % shops.length]!;
      await this.#buy(shop, index).catch(() => undefined);
      if (this.holds.size >= at) lost ??= then();
    });
    if (lost === undefined) throw new Error(`only ${this.holds.size} holds were acknowledged`);
    await lost;
  }

  async #buy(shop: Shop, index: number): Promise<void> {
    const sku = SKUS[index % SKUS.length]!;
    const [buyerId, key, quantity] = [`buyer-${index % 150}`, `sale-key-${index}`, 1 + (index % 2)];
    const { status, body } = await shop.hold(sku, buyerId, quantity, key);
    if (body.code === 'store_rolled_back') this.#refused += 1;
    if (status !== 201) return;
    const hold = { sku, buyerId, key, quantity, isConfirmed: false };
    this.holds.set(String(body.holdId), hold);
    if (index % 4 < 2) {
      const confirmed = await shop.confirm(String(body.holdId), `pay-${index}`);
      hold.isConfirmed = confirmed.status === 200;
    }
  }
}

/** Units of those whose hold was lost, by SKU: they may all come and say that they paid. */
async function lostUnits(t: Test, shop: Shop, { holds }: Sale): Promise<Map<string, number>> {
  const lost = new Map<string, number>();
  const entries = [...holds];
  await concurrently(entries.length, 8, async (index) => {
    const [holdId, { sku, quantity }] = entries[index]!;
    const { status, body } = await shop.shop('GET', `/v1/holds/${holdId}`);
    if (status === 200) t.match([body.sku, body.quantity], [sku, quantity]);
    else {
      if (body.code !== 'hold_expired') t.fail(`${holdId}: ${status} ${JSON.stringify(body)}`);
      lost.set(sku, (lost.get(sku) ?? 0) + quantity);
    }
  });
  return lost;
}

/** Buys everything that is for sale, one unit a buyer. */
async function sellOut(shop: Shop, sku: string): Promise<void> {
  let last: Answer | undefined;
  for (let index = 0; index <= TOTAL; index += 1) {
    last = await shop.hold(sku, `late-${index}`, 1, `late-key-${sku}-${index}`);
    if (last.status !== 201) break;
  }
  if (last?.body.code !== 'sold_out') throw new Error(`not sold out: ${JSON.stringify(last?.body)}`);
}

/** Sells at two engines until `lose` has happened, recovers while they run, and holds what is left against what was told. */
async function checkSale(
  t: Test,
  lose: (here: Deployment, engines: readonly RunningEngine[], sale: Sale) => Promise<void>,
): Promise<string | undefined> {
  const here = await deploy(t);
  const [first, opening] = await open(t, here);
  const offer = { total: TOTAL, buyerLimit: LIMIT, holdTtlMs: 900_000 };
  for (const sku of SKUS) await opening.offer(sku, offer);
  const sale = new Sale();
  const early = await opening.hold('anvil', 'early', 1, 'early-key-1');
  await first.stop();
  const letLedgerGo = await stopLedger(t, here);
  const opened = [await open(t, here), await open(t, here)];
  const engines = opened.map(([engine]) => engine);
  await sale.run(
    opened.map(([, shop]) => shop),
    60,
    () => lose(here, engines, sale),
  );
  const { code, report, stderr } = await runRecover(t, here);
  t.equal(code, 0, stderr);
  await Promise.all(engines.map((engine) => engine.stop(2000)));
  await letLedgerGo();

  const [, shop] = await open(t, here);
  t.match(await shop.shop('GET', `/v1/holds/${early.body.holdId}`), {
    status: 200,
    body: { expiresAt: early.body.expiresAt },
  });
  const lost = await lostUnits(t, shop, sale);
  t.comment(`${sale.holds.size} acknowledged; lost units ${JSON.stringify([...lost])}; ${report?.evidence}`);
  t.ok(lost.size > 0, 'something was lost, or this test shows nothing');
  for (const sku of SKUS) {
    await shop.expect(200, shop.operate('POST', `/v1/skus/${sku}/open`));
    await sellOut(shop, sku);
    const { held, sold, reserved } = (await shop.sku(sku)) as Record<string, number>;
    const claimed = held! + sold! + (lost.get(sku) ?? 0);
    t.ok(claimed <= TOTAL, `${sku}: held ${held} + sold ${sold} + lost ${lost.get(sku) ?? 0} of ${TOTAL}`);
    t.ok(reserved! >= (lost.get(sku) ?? 0), `${sku}: ${reserved} reserved`);
    t.match(await shop.audit(sku), { differences: [] });
  }
  return report?.evidence;
}

t.test('an older append-only file is put back in the middle of a sale; the engines live', async (t) => {
  const evidence = await checkSale(t, async (here, _engines, sale) => {
    const older = await copyFiles(here);
    const holds = sale.holds.size;
    await until(() => sale.holds.size >= holds + 30, { what: '30 holds more' });
    await comeBackWith(here, older);
  });
  t.equal(evidence, 'witnessed');
});

t.test('Redis is wiped in the middle of a sale; the engines live', async (t) => {
  t.equal(await checkSale(t, (here) => wipe(here)), 'witnessed');
});

t.test('Redis is wiped and one of two engines is killed with it: what that one saw is unknown', async (t) => {
  const evidence = await checkSale(t, async (here, engines) => {
    engines[0]!.process.kill('SIGKILL');
    await wipe(here);
  });
  t.equal(evidence, 'unseen');
});
