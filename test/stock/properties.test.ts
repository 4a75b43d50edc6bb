import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { StockEvent } from '../../src/domain/event.js';
import { isConserved, type SkuCounters, type SkuView } from '../../src/domain/sku.js';
import type { StockCall, StockCallResult } from '../../src/domain/stock-call.js';
import { readEvents } from '../../src/events/reader.js';
import { leftovers } from '../support/leftovers.js';
import { ADJUSTMENT_RETENTION_MS, ControlledStore, EPOCH_START_MS } from './controlled-store.js';
import { StockModel } from './model.js';
import type { BuyerRecord, ModelPartition } from './model-partition.js';
import { OPENING, type Step, steps } from './steps.js';

/** More lives, or those of a seed that a failure printed. */
const RUNS = Number(process.env.HOLDFAST_PROPERTY_RUNS ?? 200);
const SEED = process.env.HOLDFAST_PROPERTY_SEED;
const STEPS_MAX = 60;
const PARTITIONS = 2;

/** Answers by operation and code, over all lives: a generator that no longer reaches one would test nothing of it. */
const seen = new Map<string, number>();

const EXPECTED_ANSWERS = [
  ...[
    'created',
    'replayed',
    'sold_out',
    'buyer_limit',
    'too_late',
    'unknown_sku',
    'not_open',
    'paused',
    'closed',
  ],
  ...['idempotency_mismatch'],
]
  .map((answer) => `hold ${answer}`)
  .concat(
    ['changed', 'unchanged', 'unknown_sku', 'too_late', 'recount_is_old', 'gives_back'].map(
      (answer) => `repair ${answer}`,
    ),
  );

function count(call: StockCall, result: StockCallResult): void {
  const answers =
    result.kind !== 'reply'
      ? [result.kind]
      : result.results.map((item) => {
          if (item.kind === 'refused') return item.refusal.code;
          if (item.kind === 'hold') return item.replayed ? 'replayed' : item.hold.state;
          if (item.kind === 'sku') return item.changed ? 'changed' : 'unchanged';
          return item.kind;
        });
  for (const answer of answers) {
    const what = `${call.operation} ${answer}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
}

leftovers(t);

t.test('the library does what the model does, step by step', { timeout: 0 }, async (t) => {
  const real = await ControlledStore.start(t, PARTITIONS);
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps(PARTITIONS), { minLength: 5, maxLength: STEPS_MAX, size: 'max' }),
      async (life) => {
        await real.reset();
        const model = new StockModel({
          clock: () => real.now,
          epoch: 1,
          partitions: PARTITIONS,
          adjustmentRetentionMs: ADJUSTMENT_RETENTION_MS,
        });
        const everyEvent = model.partitions.map((): StockEvent[] => []);
        const opening = model.partitions.flatMap(({ partition }) =>
          OPENING.map((build) => ({ advanceMs: 0, partition, build: asCall(partition, build) })),
        );
        for (const step of [...opening, ...life]) {
          await compareStep(real, model, step);
          const events = model.partitions[step.partition]!.events;
          const known = everyEvent[step.partition]!.at(-1)?.seq ?? 0;
          everyEvent[step.partition]!.push(...events.filter(({ seq }) => seq > known));
        }
        for (const partition of model.partitions) {
          await compareRecords(real, partition);
          replayEvents(everyEvent[partition.partition]!, partition);
        }
      },
    ),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
  t.comment(
    `${RUNS} lives; answers: ${[...seen]
      .sort()
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`,
  );
  for (const what of EXPECTED_ANSWERS) t.ok(seen.has(what), `some life met ${what}`);
});

function asCall(partition: number, build: (typeof OPENING)[number]): Step['build'] {
  return (context) => ({ partition, epoch: 1, seqSeen: 0, ...build(context) }) as StockCall;
}

async function compareStep(real: ControlledStore, model: StockModel, step: Step): Promise<void> {
  real.now += step.advanceMs;
  const partition = model.partitions[step.partition]!;
  const now = Math.max(real.now, partition.last);
  const counters = (sku: string): SkuCounters | undefined => partition.skus.get(sku);
  const call = step.build({ now, epoch: 1, seq: partition.seq, counters });
  const expected = model.run(call);
  const [found] = await real.execute(call);
  count(call, found!);
  assert.deepEqual(ordered(found!), ordered(expected), `after ${JSON.stringify(call)}`);
  if (found!.kind !== 'reply') return;
  for (const view of found!.skus) assert.ok(isConserved(view), `conserved: ${JSON.stringify(view)}`);
  for (const sku of partition.skus.values()) {
    const live = [...partition.holds.values()].filter(
      (hold) => hold.sku === sku.sku && hold.state === 'held',
    );
    const held = live.reduce((sum, hold) => sum + hold.quantity, 0);
    assert.equal(sku.held, held, `held units of ${sku.sku} are those of its live holds`);
  }
}

/** A scan answers in an order of Redis' own. */
function ordered(result: StockCallResult): StockCallResult {
  if (result.kind !== 'reply' || result.results.length > 0) return result;
  const byName = (a: SkuView, b: SkuView): number => (a.sku < b.sku ? -1 : 1);
  return {
    ...result,
    skus: [...result.skus].sort(byName),
    holds: [...result.holds].sort((a, b) => (a.holdId < b.holdId ? -1 : 1)),
  };
}

/** What no reply shows: buyers, deadlines, the stream. */
async function compareRecords(real: ControlledStore, partition: ModelPartition): Promise<void> {
  const { redis } = real.store.connection;
  const tag = `{p${partition.partition}}`;
  const buyers = Object.entries(await redis.hgetallBuffer(`${tag}:buyers`)).map(
    ([key, record]): [string, BuyerRecord] => {
      const ids = record.subarray(4).toString('latin1').match(/.{28}/g) ?? [];
      return [key, { units: record.readUInt32BE(), live: [...ids] }];
    },
  );
  assert.deepEqual(new Map(buyers), partition.buyers);
  const deadlines = (await redis.zrange(`${tag}:deadlines`, '0', '-1', 'WITHSCORES')).flat();
  const expected = partition.dueMembers().flatMap((member) => [member, partition.deadlines.get(member)!]);
  assert.deepEqual(
    deadlines.map((value, index) => (index % 2 === 0 ? value : Number(value))),
    expected,
  );
  assert.deepEqual(await readEvents(redis, partition.partition, 0, 10_000), partition.events);
  const adjustments = await redis.hkeys(`${tag}:adjustments`);
  assert.deepEqual(adjustments.sort(), [...partition.adjustments.keys()].sort());
}

/** The events alone must lead to the counters: that is what the ledger has. */
function replayEvents(events: readonly StockEvent[], partition: ModelPartition): void {
  const counters = new Map<string, { available: number; held: number; sold: number }>();
  for (const [index, event] of events.entries()) {
    assert.equal(event.seq, index + 1, 'contiguous');
    for (const change of event.changes) {
      const view = event.skus[change.skuIndex]!;
      const counter = counters.get(view.sku) ?? { available: 0, held: 0, sold: 0 };
      counters.set(view.sku, counter);
      if (change.kind === 'held') counter.held += change.quantity;
      if (change.kind === 'confirmed') counter.sold += change.quantity;
      if (change.kind === 'confirmed' || change.kind === 'released' || change.kind === 'expired')
        counter.held -= change.quantity;
    }
    for (const view of event.skus) {
      const counter = counters.get(view.sku)!;
      assert.deepEqual([view.held, view.sold], [counter.held, counter.sold], `seq ${event.seq}`);
      counter.available = view.available;
    }
  }
  for (const [name, sku] of partition.skus) {
    const { available, held, sold } = sku;
    assert.deepEqual(counters.get(name), { available, held, sold });
  }
  assert.equal(events.length, partition.seq);
  assert.ok(partition.last >= EPOCH_START_MS);
}
