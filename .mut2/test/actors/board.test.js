import t from 'tap';
import { GatewayBoard } from '../../src/actors/board.js';
import { BoardMemory } from '../../src/actors/board-memory.js';
import { PartitionView } from '../../src/actors/partition-view.js';
import { TOTAL_MAX } from '../../src/domain/identifiers.js';
import { partitionOf } from '../../src/domain/partition.js';
import { ManualClock } from './manual-clock.js';
import { skuView } from './views.js';
const FRESH_MS = 200;
const SKU = 'phone';
/** A board with one SKU, its shard's side (another view of the same memory) and a partition that is warm. */
function setUp() {
    const clock = new ManualClock();
    const shape = { partitions: 4, rows: 4, originMs: clock.monotonic() - 10 };
    const memory = new BoardMemory(shape);
    const shard = new BoardMemory(shape, memory.buffer);
    const board = new GatewayBoard({
        memory,
        clock,
        freshMs: FRESH_MS,
        fingerprints: 65_536,
        retentionMs: 60_000,
    });
    const partition = partitionOf(SKU, 4);
    const view = new PartitionView(partition, shard);
    view.cursor = 1;
    view.isLoaded = true;
    view.isWarm = true;
    const row = shard.takeRow();
    shard.writeRow(row, skuView({ sku: SKU, available: 5 }));
    board.addRow({ sku: SKU, row, partition });
    /** Our own reply at `seq`. */
    const reply = (seq, changes = {}) => {
        view.observe(seq, true, clock.monotonic());
        shard.writeRow(row, skuView({ sku: SKU, available: 5, ...changes }));
        view.stamp(clock.monotonic());
    };
    return { clock, memory, shard, board, view, partition, row, reply };
}
t.test('refuses by state and quantity what is certainly new', async (t) => {
    const { board, reply } = setUp();
    t.equal(board.look(SKU, 1, 1), 'ask', 'not stamped yet');
    reply(2);
    t.equal(board.look(SKU, 5, 1), 'ask_new');
    t.equal(board.look(SKU, 6, 1), 'sold_out');
    t.equal(board.available, 5);
    reply(3, { state: 'paused' });
    t.equal(board.look(SKU, 1, 1), 'paused');
    reply(4, { state: 'closed' });
    t.equal(board.look(SKU, 1, 1), 'closed');
    reply(5, { state: 'scheduled', opensAt: 1_800_000_000_123 });
    t.equal(board.look(SKU, 1, 1), 'not_open');
    t.equal(board.opensAt, 1_800_000_000_123);
    reply(6, { available: TOTAL_MAX });
    t.equal(board.look(SKU, 10, 1), 'ask_new');
    t.equal(board.available, TOTAL_MAX, 'the largest stock fits a row');
});
t.test('never refuses a key it let pass', async (t) => {
    const { board, reply } = setUp();
    reply(2);
    t.equal(board.look(SKU, 1, 77), 'ask_new');
    board.remember(77);
    reply(3, { available: 0 });
    t.equal(board.look(SKU, 1, 77), 'ask');
    t.equal(board.look(SKU, 1, 78), 'sold_out');
});
t.test('refuses nothing on a row that is not fresh', async (t) => {
    const { board, clock, reply } = setUp();
    reply(2, { available: 0 });
    await clock.advance(FRESH_MS);
    t.equal(board.look(SKU, 1, 1), 'sold_out');
    await clock.advance(1);
    t.equal(board.look(SKU, 1, 1), 'ask');
    reply(3, { available: 0 });
    t.equal(board.look(SKU, 1, 1), 'sold_out');
});
t.test('refuses nothing while holds made elsewhere are not known', async (t) => {
    const { board, clock, view, shard, row, partition, reply } = setUp();
    reply(2);
    // Our own reply says 9: 3 to 8 were made elsewhere, and one of them may be this buyer's.
    reply(9, { available: 0 });
    t.equal(board.look(SKU, 1, 1), 'ask');
    const list = view.nextList();
    view.catchUp(9, clock.monotonic());
    shard.writeRow(row, skuView({ sku: SKU, available: 0 }));
    view.stamp(clock.monotonic());
    t.equal(board.look(SKU, 1, 1), 'ask', 'read by the shard, not yet taken by the gateway');
    board.addForeignKeys({ partition, fingerprints: [4711], list });
    view.stamp(clock.monotonic());
    t.equal(board.look(SKU, 1, 1), 'sold_out');
    t.equal(board.look(SKU, 1, 4711), 'ask', 'the hold made elsewhere gets its replay');
});
t.test('a key looked at before keys were in doubt is not certainly new any more', async (t) => {
    const { clock, view, reply } = setUp();
    reply(2);
    const lookedAt = clock.monotonic();
    t.ok(view.knewAllKeys(lookedAt));
    await clock.advance(5);
    reply(9);
    t.notOk(view.knewAllKeys(lookedAt));
    await clock.advance(5);
    view.catchUp(9, clock.monotonic());
    view.stamp(clock.monotonic());
    t.notOk(view.knewAllKeys(lookedAt));
    t.ok(view.knewAllKeys(clock.monotonic()));
});
t.test('SKUs without a row are asked of their actor', async (t) => {
    const { board, shard, reply } = setUp();
    const other = ['a', 'b', 'c', 'd', 'e', 'f'].find((sku) => partitionOf(sku, 4) === partitionOf(SKU, 4));
    t.equal(board.look(other, 1, 1), 'ask');
    reply(2);
    t.equal(board.look(other, 1, 1), 'ask_new');
    board.remember(1);
    t.equal(board.look(other, 1, 1), 'ask');
    t.same([shard.takeRow(), shard.takeRow(), shard.takeRow()], [1, 2, 3]);
    t.equal(shard.takeRow(), undefined, 'no more rows than there are');
    t.equal(shard.takeRow(), undefined);
});
t.test('a stamp of long ago does not look fresh when the counter wraps', async (t) => {
    const { board, clock, reply } = setUp();
    reply(2, { available: 0 });
    await clock.advance(2 ** 31 - 10);
    t.equal(board.look(SKU, 1, 1), 'ask');
    reply(3, { available: 0 });
    t.equal(board.look(SKU, 1, 1), 'sold_out');
    await clock.advance(100);
    t.equal(board.look(SKU, 1, 1), 'sold_out', 'over the wrap');
});
//# sourceMappingURL=board.test.js.map