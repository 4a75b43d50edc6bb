import fc from 'fast-check';
import t from 'tap';
import { BoardMemory } from '../../src/actors/board-memory.js';
import { HotStock } from '../../src/actors/hot-stock.js';
import { TopRows } from '../../src/actors/top-rows.js';
import type { StockGlance } from '../../src/domain/sale.js';
import type { SkuState, SkuView } from '../../src/domain/sku.js';
import { SKU_VIEW } from '../gateway/edge.js';
import { ManualClock } from './manual-clock.js';

/** A board whose rows a test writes as a shard would. */
class Stock {
  readonly clock = new ManualClock();
  readonly hot: HotStock;
  readonly names: (string | undefined)[] = [];
  readonly #memory: BoardMemory;

  constructor(rows: number) {
    this.#memory = new BoardMemory({ partitions: 1, rows, originMs: 0 });
    const { names } = this;
    const rowNames = {
      skuOfRow: (row: number): string | undefined => names[row],
      get rowsEnd(): number {
        return names.length;
      },
    };
    this.hot = new HotStock({ memory: this.#memory, names: rowNames, clock: this.clock });
  }

  write(row: number, available: number, state: SkuState = 'open'): void {
    this.names[row] = `sku-${row}`;
    this.#memory.writeRow(row, { ...SKU_VIEW, available, state } satisfies SkuView);
  }

  async scan(limit: number, afterMs = 1000): Promise<StockGlance> {
    await this.clock.advance(afterMs);
    let glance: StockGlance | undefined;
    this.hot.scan(limit, (found) => {
      glance = found;
    });
    await this.clock.advance(0);
    if (glance === undefined) throw new Error('the scan did not end');
    return glance;
  }
}

const namesOf = ({ hot }: StockGlance): string[] => hot.map(({ sku }) => sku);

t.test('what is taken fastest comes first, and cools down when it is left alone', async (t) => {
  const stock = new Stock(16);
  for (let row = 0; row < 5; row += 1) stock.write(row, 1000);
  t.same((await stock.scan(3)).hot, [
    { sku: 'sku-0', takenPerSecond: 0 },
    { sku: 'sku-1', takenPerSecond: 0 },
    { sku: 'sku-2', takenPerSecond: 0 },
  ]);
  stock.write(4, 900);
  stock.write(2, 990);
  const glance = await stock.scan(3);
  t.same(namesOf(glance), ['sku-4', 'sku-2', 'sku-0']);
  t.match(glance, { skus: 5, selling: 5, soldOut: 0, available: 4890 });
  // A fifth of the average is new each second; kept up, it comes to the true rate.
  t.equal(Math.round(glance.hot[0]!.takenPerSecond), 18);
  for (let second = 1; second <= 40; second += 1) {
    stock.write(2, 990 - 10 * second);
    await stock.scan(3);
  }
  const later = await stock.scan(3, 1);
  t.equal(later.hot[0]?.sku, 'sku-2');
  t.ok(Math.abs(later.hot[0]!.takenPerSecond - 10) < 0.1, 'its rate');
  t.equal(later.hot.find(({ sku }) => sku === 'sku-4')?.takenPerSecond ?? 0, 0, 'forgotten');
});

t.test('stock that comes back is no heat, and neither is a SKU that is new', async (t) => {
  const stock = new Stock(4);
  stock.write(0, 10);
  await stock.scan(4);
  stock.write(0, 500);
  stock.write(1, 7);
  t.same(
    (await stock.scan(4)).hot.map(({ takenPerSecond }) => takenPerSecond),
    [0, 0],
  );
});

t.test('without heat, what can be bought comes before what cannot', async (t) => {
  const stock = new Stock(8);
  stock.write(0, 5, 'closed');
  stock.write(1, 0, 'open');
  stock.write(2, 5, 'paused');
  stock.write(3, 5, 'scheduled');
  stock.write(5, 5, 'open');
  const glance = await stock.scan(8);
  t.same(namesOf(glance), ['sku-5', 'sku-3', 'sku-2', 'sku-1', 'sku-0'], 'row 4 is nobody’s');
  t.match(glance, { skus: 5, selling: 1, soldOut: 1, available: 20 });
});

t.test('many rows are scanned in slices, and none is missed', async (t) => {
  const ROWS = 20_000;
  const stock = new Stock(ROWS);
  for (let row = 0; row < ROWS; row += 1) stock.write(row, 100);
  await stock.scan(2);
  stock.write(ROWS - 1, 50);
  stock.write(0, 40);
  await stock.clock.advance(1000);
  let glance: StockGlance | undefined;
  stock.hot.scan(2, (found) => {
    glance = found;
  });
  t.equal(glance, undefined, 'others have their turn in between');
  await stock.clock.advance(0);
  t.same(namesOf(glance!), ['sku-0', `sku-${ROWS - 1}`]);
  t.equal(glance?.skus, ROWS);
});

t.test('the best rows are those of sorting all', async (t) => {
  const property = fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.nat(12), (scores, limit) => {
    const top = new TopRows(limit);
    for (const [row, score] of scores.entries()) top.offer(row, score);
    const sorted = scores.map((score, row) => ({ score, row }));
    sorted.sort((left, right) => right.score - left.score || left.row - right.row);
    t.same(
      top.best(),
      sorted.slice(0, limit).map(({ row }) => row),
    );
  });
  fc.assert(property, { numRuns: 300 });
});
