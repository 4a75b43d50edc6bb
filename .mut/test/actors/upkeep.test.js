import t from 'tap';
import { StopReason } from '../../src/domain/shared-state.js';
import { viewOf, wordOf } from './harness.js';
import { LIMITS, SimulatedEngine, SimulatedNetwork, simulatedStore } from './simulated-engine.js';
/** Engines on the model of the store and on a manual clock: what happens over minutes takes no time. */
async function setUp(count, limits = {}) {
    const { clock, model } = simulatedStore();
    const make = () => new SimulatedEngine({
        clock,
        network: new SimulatedNetwork(model, clock, () => 0.5, () => 'none'),
        limits,
    });
    const engines = Array.from({ length: count }, make);
    for (const engine of engines)
        void engine.shard.start();
    await clock.advance(100);
    const define = async (sku, rules = {}) => {
        const definition = { sku, total: 10, reserved: 0, buyerLimit: 0, opensAt: 0, closesAt: 0, ...rules };
        const holdTtlMs = rules.holdTtlMs ?? 1000;
        await engines[0].ask({ kind: 'define', definition: { ...definition, holdTtlMs }, actor: '' });
        if (rules.opensAt === undefined)
            await engines[0].ask({ kind: 'change_state', sku, action: 'open', actor: '' });
    };
    return { clock, model, engines, make, define, partition: model.partitions[0] };
}
async function buy(engine, clock, key, quantity = 1) {
    let answer;
    const verdict = engine.buy('phone', key, quantity, `buyer-${key}`, (outcome) => {
        answer = outcome;
    });
    for (let waited = 0; answer === undefined && waited < 3000; waited += 1) {
        if (verdict !== 'ask' && verdict !== 'ask_new')
            return `board ${verdict}`;
        await clock.advance(1);
    }
    return wordOf(answer);
}
t.test('an idle engine sends nothing but its polls', async (t) => {
    const { clock, engines } = await setUp(1);
    const [engine] = engines;
    const before = engine.network.flushes;
    await clock.advance(10_000);
    const flushes = engine.network.flushes - before;
    t.ok(flushes <= 10_000 / LIMITS.pollMs + 1, `${flushes} flushes in ten seconds`);
});
t.test('sweeps at the deadline and not before, also what another engine held', async (t) => {
    const { clock, engines, define, partition } = await setUp(2);
    await define('phone', { holdTtlMs: 5000 });
    t.equal(await buy(engines[0], clock, 'a', 10), 'held');
    engines[0].shard.close();
    const { expiresAt } = [...partition.holds.values()][0];
    await clock.advance(expiresAt - clock.now() - 1);
    t.equal(partition.skus.get('phone')?.available, 0);
    await clock.advance(50);
    t.equal(partition.skus.get('phone')?.available, 10, 'the other engine sweeps it');
    t.equal(viewOf(await engines[1].ask({ kind: 'read_sku', sku: 'phone' })).available, 10);
    t.equal(engines[1].shard.stats().expired, 1);
});
t.test('opens within milliseconds of opensAt, though nobody asks', async (t) => {
    const { clock, define, partition } = await setUp(1);
    const opensAt = Math.floor(clock.now()) + 60_000;
    await define('phone', { opensAt });
    await clock.advance(opensAt - clock.now() - 2);
    t.equal(partition.skus.get('phone')?.state, 'scheduled');
    await clock.advance(12);
    t.equal(partition.skus.get('phone')?.state, 'open');
});
t.test('trims what is in Postgres and old enough, in steps, and nothing else', async (t) => {
    const { clock, engines, define, partition } = await setUp(1, { eventRetentionMs: 30_000 });
    const [engine] = engines;
    await define('phone', { holdTtlMs: 600_000 });
    for (let index = 0; index < 1300; index += 1) {
        const command = { kind: 'adjust', sku: 'phone', delta: 1, reason: 'r', actor: '' };
        engine.submit({ ...command, adjustmentId: `adjustment-${index}` }, () => undefined);
    }
    await clock.advance(20_000);
    t.equal(partition.events.length, 1302);
    await clock.advance(60_000);
    t.equal(partition.events.length, 1302, 'not while Postgres does not have them');
    engine.shared.setLedgerSeq(0, 1200);
    await clock.advance(6_000);
    t.equal(partition.events[0]?.seq, 1201, 'up to what Postgres has, in more than one step');
    engine.shared.setLedgerSeq(0, 1302);
    await clock.advance(6_000);
    t.equal(partition.events.length, 0);
    await buy(engine, clock, 'young');
    engine.shared.setLedgerSeq(0, 1303);
    await clock.advance(20_000);
    t.equal(partition.events.length, 1, 'what is young stays for a restored Postgres');
});
t.test('while Redis is nearly full, what Postgres has is trimmed within seconds', async (t) => {
    const { clock, engines, define, partition } = await setUp(1, { eventRetentionMs: 600_000 });
    const [engine] = engines;
    await define('phone', { holdTtlMs: 600_000 });
    t.equal(await buy(engine, clock, 'a'), 'held');
    engine.shared.setLedgerSeq(0, partition.seq);
    await clock.advance(30_000);
    t.equal(partition.events.length, 3, 'kept for long as a rule');
    engine.shared.raiseStop(StopReason.LedgerTooFarBehind);
    await clock.advance(10_000);
    t.equal(partition.events.length, 0);
});
t.test('a store that went back keeps its events: a restart knows it by them', async (t) => {
    const { clock, engines, define, partition } = await setUp(1, { eventRetentionMs: 1000 });
    const [engine] = engines;
    await define('phone', { holdTtlMs: 600_000 });
    engine.shared.setLedgerSeq(0, partition.seq);
    engine.shared.raiseStop(StopReason.StoreRolledBack);
    await clock.advance(30_000);
    t.equal(partition.events.length, 2);
    engine.shared.clearStop(StopReason.StoreRolledBack);
    await clock.advance(30_000);
    t.equal(partition.events.length, 0);
});
t.test('an engine that lost touch longer than events are kept loads everything anew', async (t) => {
    const { clock, engines, define, make, partition } = await setUp(1);
    await define('phone', { holdTtlMs: 600_000 });
    const late = make();
    void late.shard.start();
    await clock.advance(300);
    t.equal(await buy(late, clock, 'late'), 'held');
    t.equal(await buy(engines[0], clock, 'early', 9), 'held');
    // All of it trimmed before the late one could read it.
    partition.trimmed = partition.seq;
    partition.events = [];
    t.equal(await buy(late, clock, 'doubtful'), 'sold_out', 'asked of the store');
    await clock.advance(500);
    t.equal(await buy(late, clock, 'certain'), 'board sold_out', 'its board is back');
    t.equal(await buy(late, clock, 'early', 9), 'held', 'and it knows the keys made elsewhere');
});
t.test('a shard closed while its store is away asks no more', async (t) => {
    const { clock, model } = await setUp(1);
    const network = new SimulatedNetwork(model, clock, () => 0.5, () => 'not_sent');
    const engine = new SimulatedEngine({ clock, network });
    const started = engine.shard.start();
    await clock.advance(1000);
    t.ok(network.flushes > 5, 'it asked again and again');
    engine.shard.close();
    await clock.advance(200);
    const { flushes } = network;
    await clock.advance(10_000);
    t.equal(network.flushes, flushes);
    await started;
});
t.test('a full mailbox refuses before any stock is taken', async (t) => {
    const { clock, engines, define, partition } = await setUp(1, { mailboxCommands: 5 });
    await define('phone');
    const words = [];
    for (let index = 0; index < 9; index += 1) {
        engines[0].buy('phone', `key-${index}`, 1, `buyer-${index}`, (outcome) => words.push(wordOf(outcome)));
    }
    await clock.advance(20);
    t.same(words, [...Array(4).fill('overloaded'), ...Array(5).fill('held')]);
    t.equal(partition.skus.get('phone')?.available, 5);
    t.equal(engines[0].shard.stats().overloadedByCommands, 4);
});
t.test('an unknown SKU is asked for once in a while, not with every request', async (t) => {
    const { clock, engines, define } = await setUp(1, { pollMs: 100_000 });
    const [engine] = engines;
    const read = async () => wordOf(await engine.ask({ kind: 'read_sku', sku: 'phone' }));
    t.equal(await read(), 'unknown_sku');
    const before = engine.network.flushes;
    for (let index = 0; index < 20; index += 1)
        t.equal(await read(), 'unknown_sku');
    t.equal(engine.network.flushes, before);
    await clock.advance(LIMITS.unknownSkuMs);
    t.equal(await read(), 'unknown_sku');
    t.equal(engine.network.flushes, before + 1);
    await define('phone');
    t.equal(await read(), 'sku', 'defined meanwhile');
});
//# sourceMappingURL=upkeep.test.js.map