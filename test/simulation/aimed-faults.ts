import type { SkuCounters } from '../../src/domain/sku.js';
import type { StockStore } from '../../src/domain/stock-call.js';
import { withhold } from '../../src/ledger/repairs.js';
import type { Fault, FaultWorld } from './faults.js';
import { Life } from './scheduler.js';
import type { SimulatedEngine } from './simulated-engine.js';
import { StreamModel } from './stream-model.js';

/** Faults of several parts that by chance would hardly ever fall together. Each is aimed at one safeguard. */
export const AIMED_FAULTS: Readonly<Record<string, Fault>> = {
  // Its write arrives when another has led for long: only the fence tells.
  'stale ledger leader': ({ network, ledger, random }) => {
    network.nextWrite = () => {
      ledger.breakLock();
      return random.between(600, 2500);
    };
  },
  // What the dead thread sent happens after its successor has asked again.
  'shard death with a flush in a socket': ({ network, engines, random, scheduler }) => {
    const engine = random.pick(engines);
    const losesMessages = random.chance(0.5);
    network.nextFlush = {
      engine: engine.name,
      fate: { kind: 'late', thereMs: random.between(60, 600) },
      drawn: () => {
        scheduler.after(random.between(0.5, 10), () => {
          for (const shard of [0, 1]) engine.killShard(shard, losesMessages);
        });
      },
    };
  },
  // Nothing of ours does that: a person, or a bug. The partition must stop there.
  'entry lost from a stream': ({ redis, ledger, random, partitions }) => {
    const partition = random.below(partitions);
    const newest = redis.model?.partitions[partition]?.events.at(-1);
    const position = ledger.tables.positions.get(partition)?.seq ?? 0;
    if (newest === undefined || newest.seq <= position || redis.missing.has(partition)) return;
    redis.missing.set(partition, newest.seq);
  },
  // As one that a race or a damaged record led astray: it finds less held or sold than there is.
  'recount that misses a hold': (world) => {
    void misrecount(world);
  },
};

/** The store is lost, and an operator gives it another life while an engine of the old one sleeps. */
export function beginAnotherEpoch(world: FaultWorld): void {
  const { engines, random, redis, ledger, scheduler, partitions, stopped, defineAgain } = world;
  if (redis.model === undefined) return;
  const sleeper = random.pick(engines);
  const sleepsMs = random.between(700, 1500);
  sleeper.stop(sleepsMs);
  stopped(sleepsMs);
  for (const engine of engines) {
    if (engine === sleeper || engine.state.kind === 'down') continue;
    engine.kill(0);
    scheduler.after(random.between(10, 40), () => {
      if (engine.state.kind === 'down') engine.start();
    });
  }
  if (redis.isUp) redis.kill(true);
  const epoch = ledger.mintNow('recovered');
  redis.putBack(undefined);
  redis.initialise(epoch, partitions, true);
  scheduler.after(5, () => redis.start());
  defineAgain();
}

/**
 * An older file is put back while the only engine that knows what it lacks sleeps, and another, started anew, sells on from it until
 * no number tells. The sleeper wakes up and finds out; then a restart of all leaves nobody who knows but Postgres.
 */
export function writeOlderFileOn(world: FaultWorld): void {
  const { engines, random, redis, scheduler, stopped } = world;
  if (!redis.isUp) return;
  const sleeper = random.pick(engines);
  const sleepsMs = random.between(500, 900);
  sleeper.stop(sleepsMs);
  stopped(sleepsMs);
  const startAnew = (engine: SimulatedEngine): void => {
    if (engine.state.kind === 'down') return;
    engine.kill(0);
    scheduler.after(random.between(10, 40), () => {
      if (engine.state.kind === 'down') engine.start();
    });
  };
  for (const engine of engines) if (engine !== sleeper) startAnew(engine);
  redis.kill(true);
  const before = redis.seqs();
  redis.putBack(Math.max(0, redis.logLength - 1 - random.below(4)));
  scheduler.after(5, () => redis.start());
  // Where the file lacks only reads, all goes on as if nothing had been, and is over before this would be.
  if (redis.seqs().every((seq, partition) => seq === before[partition])) return;
  scheduler.after(sleepsMs + random.between(250, 600), () => {
    for (const engine of engines) startAnew(engine);
  });
}

async function misrecount({ redis, random, partitions, scheduler }: FaultWorld): Promise<void> {
  const { model } = redis;
  const partition = random.below(partitions);
  const found = model?.partitions[partition];
  if (found === undefined || found.skus.size === 0) return;
  const { seq, epoch } = found;
  const view = random.pick([...found.skus.values()]);
  const wrong = view.held > 0 ? { held: view.held - 1 } : view.sold > 0 ? { sold: view.sold - 1 } : undefined;
  if (wrong === undefined) return;
  const { total, held, sold, reserved } = view;
  const counters: SkuCounters = { total, held, sold, reserved, available: view.available + 1, ...wrong };
  const store: StockStore = { execute: async (calls) => calls.map((call) => redis.run(call, 'the audit')) };
  const source = new StreamModel({ partitions: () => redis.model?.partitions ?? [], clock: redis.clock });
  const ports = { epoch, store, source, clock: new Life(scheduler, () => 0) };
  await withhold(ports, { partition, sku: view.sku, seq, counters }, 'repair');
}
