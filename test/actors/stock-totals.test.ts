import t from 'tap';
import { stockTotals } from '../../src/actors/stock-totals.js';
import type { SkuView } from '../../src/domain/sku.js';

const RULES = { buyerLimit: 0, holdTtlMs: 1000, opensAt: 0, closesAt: 0 };

function view(changes: Partial<SkuView>): SkuView {
  return {
    ...RULES,
    ...{ sku: 'a', state: 'open', total: 10, available: 4, held: 3, sold: 2, reserved: 1 },
    ...changes,
  };
}

t.test('adds up units and SKUs', async (t) => {
  const views = [
    view({}),
    view({ sku: 'b', available: 0, sold: 6 }),
    view({ sku: 'c', state: 'paused', available: 0, sold: 6 }),
  ];
  t.same(stockTotals(views), {
    skus: { scheduled: 0, open: 2, paused: 1, closed: 0 },
    units: { available: 4, held: 9, sold: 14, reserved: 3 },
    soldOut: 1,
    oversoldUnits: 0,
  });
});

t.test('one SKU that promises too much is not made good by another that promises too little', async (t) => {
  const views = [view({ sold: 5 }), view({ sku: 'b', available: 1 })];
  t.equal(stockTotals(views).oversoldUnits, 3);
});
