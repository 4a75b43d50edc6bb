import t from 'tap';
import type { BoardRow } from '../../src/actors/board.js';
import { BoardMemory } from '../../src/actors/board-memory.js';
import { SkuDirectory } from '../../src/actors/sku-directory.js';
import { skuView } from './views.js';

function setUp(rows: readonly BoardRow[] = [], capacity = 8) {
  const board = new BoardMemory({ partitions: 1, rows: capacity, originMs: 0 });
  const announced: BoardRow[] = [];
  const directory = new SkuDirectory<number>({
    board,
    rows,
    announce: (row) => announced.push(row),
    unknownMs: 250,
  });
  return { board, announced, directory };
}

t.test('lists in code unit order, in pages, by state', async (t) => {
  const { directory } = setUp();
  for (const sku of ['b', 'a', 'Z', 'a~', 'c']) {
    directory.accept(0, skuView({ sku, state: sku === 'a' ? 'paused' : 'open' }), 1);
  }
  const names = (filter: Parameters<typeof directory.list>[0]): string[] =>
    directory.list(filter).map((view) => view.sku);
  t.same(names({ limit: 10, after: '' }), ['Z', 'a', 'a~', 'b', 'c']);
  t.same(names({ limit: 2, after: 'a' }), ['a~', 'b']);
  t.same(names({ limit: 2, after: 'aa' }), ['a~', 'b'], 'also after a SKU that is none');
  t.same(names({ limit: 10, after: 'c' }), []);
  t.same(names({ limit: 2, after: '', state: 'open' }), ['Z', 'a~']);
  directory.accept(0, skuView({ sku: 'aa' }), 2);
  t.same(names({ limit: 3, after: '' }), ['Z', 'a', 'aa'], 'a new one is sorted in');
});

t.test('knows the stock of all SKUs, each as of its newest view', async (t) => {
  const { directory } = setUp();
  directory.accept(0, skuView({ sku: 'a', available: 10 }), 1);
  directory.accept(0, skuView({ sku: 'b', available: 5 }), 1);
  directory.accept(0, skuView({ sku: 'a', available: 6, held: 4 }), 3);
  t.equal(directory.accept(0, skuView({ sku: 'a', available: 8, held: 2 }), 2), undefined, 'late');
  t.match(directory.stock(), { units: { available: 11, held: 4 }, oversoldUnits: 0 });
  directory.accept(0, { ...skuView({ sku: 'b', available: 5, sold: 1 }), total: 5 }, 4);
  t.match(directory.stock(), { units: { available: 11, held: 4, sold: 1 }, oversoldUnits: 1 });
});

t.test('gives each SKU a row once, and those of an earlier life again', async (t) => {
  const { announced, directory, board } = setUp([{ sku: 'old', row: 0, partition: 0 }], 3);
  t.equal(board.takeRow(), 0, 'taken in the earlier life');
  const old = directory.accept(0, skuView({ sku: 'old', available: 7 }), 1);
  t.equal(old?.row, 0);
  t.same(announced, [], 'the gateway knows that row');
  directory.accept(0, skuView({ sku: 'new' }), 1);
  directory.accept(0, skuView({ sku: 'new' }), 2);
  t.same(announced, [{ sku: 'new', row: 1, partition: 0 }]);
  directory.accept(0, skuView({ sku: 'newer' }), 2);
  const last = directory.accept(0, skuView({ sku: 'newest' }), 2);
  t.equal(last?.row, -1, 'no row left');
  t.equal(announced.length, 2);
  t.equal(board.takeRow(), undefined);
});

t.test('remembers for a moment what is no SKU, and not too many', async (t) => {
  const { directory } = setUp();
  directory.noteUnknown('nobody', 1000);
  t.ok(directory.isUnknown('nobody', 1249));
  t.notOk(directory.isUnknown('nobody', 1250));
  directory.noteUnknown('phone', 1000);
  directory.accept(0, skuView({ sku: 'phone' }), 1);
  t.notOk(directory.isUnknown('phone', 1001), 'defined meanwhile');
  directory.noteUnknown('nobody', 2000);
  for (let index = 0; index < 10_000; index += 1) directory.noteUnknown(`invented-${index}`, 2000);
  t.notOk(directory.isUnknown('nobody', 2001), 'forgotten with the rest rather than kept without bound');
});
