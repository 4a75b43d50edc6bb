import t from 'tap';
import { StockTally } from '../../src/actors/stock-tally.js';
import type { SkuView } from '../../src/domain/sku.js';

const RULES = { buyerLimit: 0, holdTtlMs: 1000, opensAt: 0, closesAt: 0 };

function view(changes: Partial<SkuView>): SkuView {
  return {
    ...RULES,
    ...{ sku: 'a', state: 'open', total: 10, available: 4, held: 3, sold: 2, reserved: 1 },
    ...changes,
  };
}

function tallyOf(...views: readonly SkuView[]): StockTally {
  const tally = new StockTally();
  for (const each of views) tally.changed(undefined, each);
  return tally;
}

t.test('adds up units and SKUs', async (t) => {
  const tally = tallyOf(
    view({}),
    view({ sku: 'b', available: 0, sold: 6 }),
    view({ sku: 'c', state: 'paused', available: 0, sold: 6 }),
  );
  t.same(tally.totals(), {
    skus: { scheduled: 0, open: 2, paused: 1, closed: 0 },
    units: { available: 4, held: 9, sold: 14, reserved: 3 },
    soldOut: 1,
    oversoldUnits: 0,
  });
});

t.test('one SKU that promises too much is not made good by another that promises too little', async (t) => {
  const tally = tallyOf(view({ sold: 5 }), view({ sku: 'b', available: 1 }));
  t.equal(tally.totals().oversoldUnits, 3);
});

t.test('whatever a SKU went through, what is counted is how it is now', async (t) => {
  const stages = [
    view({ state: 'scheduled', available: 7, held: 0, sold: 2 }),
    view({ sold: 5 }),
    view({ available: 0, held: 7 }),
    view({ state: 'closed', available: 1, held: 0, sold: 8 }),
  ];
  const tally = tallyOf(stages[0]!);
  for (const [index, after] of stages.slice(1).entries()) tally.changed(stages[index], after);
  t.same(tally.totals(), tallyOf(stages.at(-1)!).totals());
});
