import t, { type Test } from 'tap';
import type { Outcome } from '../../src/domain/outcome.js';
import { StopReason } from '../../src/domain/shared-state.js';
import { wordOf } from './harness.js';
import {
  type Fault,
  holdIdOf,
  SimulatedEngine,
  SimulatedNetwork,
  simulatedStore,
} from './simulated-engine.js';

async function setUp(t: Test) {
  const { clock, model } = simulatedStore();
  const way: { fault: Fault } = { fault: 'none' };
  const network = new SimulatedNetwork(
    model,
    clock,
    () => 0.5,
    () => way.fault,
  );
  const engine = new SimulatedEngine({ clock, network, limits: { pollMs: 100_000 } });
  void engine.shard.start();
  const definition = { sku: 'phone', total: 10, reserved: 0, buyerLimit: 0, opensAt: 0, closesAt: 0 };
  await engine.ask({ kind: 'define', definition: { ...definition, holdTtlMs: 60_000 }, actor: '' });
  await engine.ask({ kind: 'change_state', sku: 'phone', action: 'open', actor: '' });
  t.teardown(() => engine.shard.close());
  return { clock, engine, way, partition: model.partitions[0]! };
}

t.test(
  'a hold whose reply was lost, on a store that then went back, is unknown and not refused',
  async (t) => {
    const { clock, engine, way, partition } = await setUp(t);
    const answers: Outcome[] = [];
    way.fault = 'lost_after';
    engine.buy('phone', 'first-key', 1, 'ada', (outcome) => answers.push(outcome));
    await clock.advance(50);
    t.equal(partition.holds.size, 1, 'it happened');
    way.fault = 'none';
    // Redis comes back without it; the file that has it may be put back later.
    engine.shared.raiseSeqSeen(0, 1000);
    for (let waited = 0; answers.length === 0 && waited < 3000; waited += 10) await clock.advance(10);
    t.match(answers, [{ code: 'outcome_unknown', holdId: holdIdOf('phone', 'first-key', 1) }]);
    t.ok(engine.shared.hasStop(StopReason.StoreRolledBack));
    engine.buy('phone', 'second-key', 1, 'bob', (outcome) => answers.push(outcome));
    await clock.advance(10);
    t.equal(wordOf(answers[1]!), 'store_rolled_back', 'what was never sent is refused');
  },
);

t.test('a command that a dead shard had sent is unknown once the store went back', async (t) => {
  const { clock, engine } = await setUp(t);
  engine.shared.raiseStop(StopReason.StoreRolledBack);
  const answers: string[] = [];
  const holdId = holdIdOf('phone', 'first-key', 1);
  const confirm = { kind: 'confirm' as const, holdId, paymentRef: 'p', actor: '' };
  const note = (outcome: Outcome): number => answers.push(wordOf(outcome));
  engine.shard.submit(confirm, note, clock.monotonic(), true);
  engine.shard.submit({ kind: 'read_hold', holdId }, note, clock.monotonic(), true);
  engine.shard.submit(confirm, note, clock.monotonic());
  await clock.advance(10);
  t.same(answers, ['outcome_unknown', 'store_rolled_back', 'store_rolled_back']);
});

t.test('what is done after the store went back elsewhere is acknowledged to nobody', async (t) => {
  const { clock, engine, partition } = await setUp(t);
  const answers: Outcome[] = [];
  engine.buy('phone', 'first-key', 1, 'ada', (outcome) => answers.push(outcome));
  // On its way to a node that is well, when another one turns out to have lost what it had.
  engine.shared.raiseStop(StopReason.StoreRolledBack);
  await clock.advance(50);
  t.equal(partition.holds.size, 1, 'it happened');
  t.match(answers, [{ code: 'outcome_unknown', holdId: holdIdOf('phone', 'first-key', 1) }]);
});
