import t from 'tap';
import type { Command } from '../../src/domain/command.js';
import { type Outcome, refused } from '../../src/domain/outcome.js';
import type { SaleSnapshot, StockGlance, StockScan } from '../../src/domain/sale.js';
import { GatewayCounters } from '../../src/observe/gateway-counters.js';
import { ReportedLedger, ReportedShards } from '../../src/observe/reported.js';
import { SaleFigures } from '../../src/observe/sale-figures.js';
import { HISTORY_POINTS_MAX, HOT_SKUS_MAX, SaleWatch } from '../../src/observe/sale-watch.js';
import { ManualClock } from '../actors/manual-clock.js';
import { SKU_VIEW } from '../gateway/edge.js';

class StockDouble implements StockScan {
  scans = 0;
  hot: StockGlance['hot'] = [{ sku: 'phone', takenPerSecond: 3 }];

  scan(limit: number, whenDone: (glance: StockGlance) => void): void {
    this.scans += 1;
    whenDone({ skus: 9, selling: 8, soldOut: 1, available: 70, hot: this.hot.slice(0, limit) });
  }
}

function watch(): {
  clock: ManualClock;
  stock: StockDouble;
  asked: { command: Command; reply: (outcome: Outcome) => void }[];
  sale: SaleWatch;
} {
  const clock = new ManualClock();
  const stock = new StockDouble();
  const asked: { command: Command; reply: (outcome: Outcome) => void }[] = [];
  const sale = new SaleWatch({
    actors: {
      submit: (command, reply) => asked.push({ command, reply }),
      listSkus: async () => {
        throw new Error('all SKUs are far too many to ask for every second');
      },
    },
    stock,
    figures: new SaleFigures({
      gateway: new GatewayCounters(['createHold']),
      shards: new ReportedShards(),
      ledger: new ReportedLedger(),
    }),
    readiness: () => ({ ready: true, dependencies: {} }),
    clock,
  });
  sale.start();
  return { clock, stock, asked, sale };
}

const found = (available: number): Outcome => ({
  kind: 'sku',
  view: { ...SKU_VIEW, available },
  changed: false,
  now: 0,
});

t.test('nobody follows: rates are kept, within bounds, and no SKU is looked at', async (t) => {
  const { clock, stock, asked, sale } = watch();
  await clock.advance(1000 * (HISTORY_POINTS_MAX + 20));
  t.equal(sale.history.length, HISTORY_POINTS_MAX);
  t.equal(sale.history.at(-1)?.at, clock.now());
  t.same([stock.scans, asked.length], [0, 0]);
  sale.stop();
  await clock.advance(5000);
  t.equal(sale.history.at(-1)?.at, clock.now() - 5000, 'nothing after its end');
});

t.test('one snapshot a second for all who follow, of what the actors say', async (t) => {
  const { clock, stock, asked, sale } = watch();
  const seen: SaleSnapshot[][] = [[], []];
  const leave = seen.map((snapshots) => sale.follow((snapshot) => snapshots.push(snapshot)));
  await clock.advance(1000);
  t.same(
    asked.map(({ command }) => command),
    [{ kind: 'read_sku', sku: 'phone' }],
  );
  t.equal(seen[0]?.length, 0, 'not before the answer');
  asked[0]?.reply(found(4));
  t.equal(seen[0]?.[0], seen[1]?.[0], 'the same for both');
  t.match(seen[0], [
    {
      stock: { skus: 9, selling: 8, soldOut: 1, available: 70 },
      skus: [{ sku: 'phone', available: 4, takenPerSecond: 3 }],
      readiness: { ready: true },
    },
  ]);
  t.equal(JSON.stringify(seen[0]).includes('buyerLimit'), false, 'only what is shown');
  leave[0]?.();
  await clock.advance(1000);
  asked[1]?.reply(found(3));
  t.same([seen[0]?.length, seen[1]?.length], [1, 2]);
  leave[1]?.();
  await clock.advance(3000);
  t.equal(stock.scans, 2, 'nobody follows any more');
});

t.test(
  'actors that do not answer do not silence it: what was known is told, late answers count later',
  async (t) => {
    const { clock, asked, sale } = watch();
    const snapshots: SaleSnapshot[] = [];
    sale.follow((snapshot) => snapshots.push(snapshot));
    await clock.advance(1000);
    asked[0]?.reply(found(4));
    await clock.advance(1000);
    t.equal(snapshots.length, 1);
    await clock.advance(300);
    t.match(snapshots[1], { skus: [{ available: 4 }] });
    asked[1]?.reply(found(2));
    t.equal(snapshots.length, 2, 'a late answer is no snapshot of its own');
    await clock.advance(700);
    asked[2]?.reply(refused('unavailable'));
    t.match(snapshots[2], { skus: [{ available: 2 }] });
  },
);

t.test('no more SKUs than fit are asked for', async (t) => {
  const { clock, stock, asked, sale } = watch();
  stock.hot = Array.from({ length: 500 }, (_, index) => ({ sku: `sku-${index}`, takenPerSecond: 0 }));
  sale.follow(() => undefined);
  await clock.advance(1000);
  t.equal(asked.length, HOT_SKUS_MAX);
  stock.hot = [];
  let snapshots = 0;
  sale.follow(() => {
    snapshots += 1;
  });
  await clock.advance(300);
  await clock.advance(700);
  t.equal(snapshots, 2, 'without any SKU there is a snapshot too');
});
