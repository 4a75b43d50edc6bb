import { setTimeout as delay } from 'node:timers/promises';
import { SETTINGS } from '../src/settings.js';
import { EngineBench, type EngineBenchOptions, SALE, type Sale } from './engine-bench.js';
import type { Distribution, LoadClient } from './load.js';
import type { Measurement } from './measurement.js';
import { skuName } from './operations.js';
import type { Options, SeriesName } from './options.js';
import { inTurns, type Reporter } from './reporter.js';

/** What the cost is measured against: the measurements of one point have its name, and the points come in the order of `points`. */
export interface Series {
  readonly points: string[];
  readonly measurements: Measurement[];
}

export type MeasuredSeries = Exclude<SeriesName, 'signatures'>;

/** With what a series is measured. */
interface Bench {
  readonly options: Options;
  readonly client: LoadClient;
  readonly reporter: Reporter<Measurement>;
  /** Filled as the figures come. */
  readonly series: Series;
}

/** One point of a series: how to measure it in a round. Round 0 is the warm-up, which is not kept. */
interface Point {
  readonly name: string;
  measure(round: number): Promise<Measurement>;
}

const SKU_COUNTS = [1, 10, 100, 1000, 10_000] as const;
const CONNECTION_COUNTS = [16, 64, 256, 1024] as const;
const SHARD_COUNTS = [0, 1, 2, 4, 8] as const;
const PARTITION_COUNTS = [1, 4, 16, 64] as const;
const LIVE_HOLD_COUNTS = [1000, 10_000, 100_000, 1_000_000] as const;

/** Shard beside the gateway in its thread, and in one of its own: the difference is the hop. */
export const hopPoints = { together: shardsName(0), apart: shardsName(1) } as const;

/** The points whose ratio has a target. */
export const FEW_HOLDS = liveHoldsName(LIVE_HOLD_COUNTS[0]);
export const MANY_HOLDS = liveHoldsName(LIVE_HOLD_COUNTS[LIVE_HOLD_COUNTS.length - 1]!);

/** Interleaved rounds over all points of one series. A point that fails is left out of its round. */
export async function measureSeries(name: MeasuredSeries, bench: Bench): Promise<void> {
  const { options } = bench;
  switch (name) {
    case 'skus':
      return await onOneEngine(bench, skuPoints);
    case 'connections':
      return await onOneEngine(bench, connectionPoints);
    case 'shards': {
      // Two that tell what the hop costs; the last of them needs more cores than most have.
      const counts = options.quick ? SHARD_COUNTS.slice(0, 2) : SHARD_COUNTS;
      const points = counts.map((shards) => enginePoint(shardsName(shards), { shards }, bench));
      return await inRounds(points, bench);
    }
    case 'partitions': {
      const points = ofSeries(PARTITION_COUNTS, options).map((partitions) => {
        // The engine refuses more shards than partitions.
        const shards = Math.min(options.shards ?? SETTINGS.SHARDS.initial, partitions);
        return enginePoint(`PARTITIONS=${partitions}`, { partitions, shards }, bench);
      });
      return await inRounds(points, bench);
    }
    case 'holds': {
      const points = ofSeries(LIVE_HOLD_COUNTS, options).map((holds) => liveHoldsPoint(holds, bench));
      return await inRounds(points, bench);
    }
  }
}

/** In a quick run only both ends. */
function ofSeries(counts: readonly number[], { quick }: Options): readonly number[] {
  return quick ? counts.filter((_, index) => index === 0 || index === counts.length - 1) : counts;
}

async function inRounds(points: readonly Point[], bench: Bench): Promise<void> {
  const { options, reporter, series } = bench;
  series.points.push(...points.map(({ name }) => name));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const point of inTurns(points, round)) {
      const measurement = await reporter.failures.survive(`${point.name}, round ${round}`, () =>
        point.measure(round),
      );
      if (measurement === undefined) continue;
      series.measurements.push(measurement);
      reporter.measured(measurement);
    }
  }
}

/** Points that one engine can be measured at, one after the other. */
async function onOneEngine(
  bench: Bench,
  pointsOf: (engine: EngineBench, bench: Bench) => Promise<readonly Point[]>,
): Promise<void> {
  const { options, client, reporter } = bench;
  reporter.progress('starting an engine and warming up');
  const engine = await EngineBench.start(options, client);
  try {
    const points = await pointsOf(engine, bench);
    for (const point of points) {
      await reporter.failures.survive(`${point.name}, warm-up`, () => point.measure(0));
    }
    engine.identifyThreads();
    await inRounds(points, bench);
  } finally {
    await engine.stop();
  }
}

/**
 * Fresh SKUs for each measurement, or buyers would come to their limit in the later ones; ten thousand are defined once for
 * each distribution, because no single one of them sells that much.
 */
const FRESH_SKUS_MAX = 1000;

async function skuPoints(engine: EngineBench, { options, reporter }: Bench): Promise<readonly Point[]> {
  const pointOf = async (skus: number, distribution: Distribution): Promise<Point> => {
    const name = skus === 1 ? '1 SKU' : `${skus.toLocaleString('en-US')} SKUs, ${distribution}`;
    const shared = `${distribution}-`;
    if (skus > FRESH_SKUS_MAX) {
      reporter.progress(`defining ${name}`);
      await engine.operations.defineMany(shared, skus, SALE);
    }
    return {
      name,
      measure: async (round) => {
        const prefix = skus > FRESH_SKUS_MAX ? shared : `${distribution}-${skus}-${round}-`;
        if (skus <= FRESH_SKUS_MAX) await engine.operations.defineMany(prefix, skus, SALE);
        const sale = { prefix, skus, distribution, seconds: secondsOf(round, options) };
        return await engine.measureSelling(name, round, sale);
      },
    };
  };
  const points: Point[] = [];
  for (const skus of ofSeries(SKU_COUNTS, options)) {
    points.push(await pointOf(skus, 'even'));
    if (skus > 1) points.push(await pointOf(skus, 'zipf'));
  }
  return points;
}

async function connectionPoints(engine: EngineBench, { options }: Bench): Promise<readonly Point[]> {
  return ofSeries(CONNECTION_COUNTS, options).map((connections) => {
    const name = `${connections} connections`;
    return {
      name,
      measure: async (round) => {
        const prefix = `over-${connections}-${round}-`;
        await engine.operations.define(skuName(prefix, 0), SALE);
        const sale = { prefix, skus: 1, connections, seconds: secondsOf(round, options) };
        return await engine.measureSelling(name, round, sale);
      },
    };
  });
}

function secondsOf(round: number, options: Options): number {
  return round === 0 ? options.warmUpSeconds : options.seconds;
}

/** Over several SKUs, so that all partitions and shards have work; a new engine each time, because these settings are its own. */
const SPREAD_SKUS = 1000;

function enginePoint(name: string, how: EngineBenchOptions, { options, client }: Bench): Point {
  return {
    name,
    measure: async (round) => {
      const engine = await EngineBench.start(options, client, how);
      try {
        const sale = { prefix: 'spread-', skus: SPREAD_SKUS, seconds: options.seconds };
        await engine.operations.defineMany(sale.prefix, sale.skus, SALE);
        await engine.measureSelling(name, 0, { ...sale, seconds: options.warmUpSeconds });
        engine.identifyThreads();
        return await engine.measureSelling(name, round, sale);
      } finally {
        await engine.stop();
      }
    },
  };
}

function shardsName(shards: number): string {
  return `SHARDS=${shards}`;
}

function liveHoldsName(holds: number): string {
  return `${holds.toLocaleString('en-US')} live holds`;
}

/** Holds of the warm-up are over and forgotten before the live ones are made: otherwise a thousand would really be a hundred thousand. */
const SHORT_LIFE = { IDEMPOTENCY_RETENTION_MS: '1000', EVENT_RETENTION_MS: '0' };
const SHORT_TTL_MS = 1000;
/** A measurement makes live holds itself; a short one leaves "a thousand" nearer to a thousand. */
const LIVE_HOLDS_SECONDS_MAX = 3;
const BUYERS_MANY = 100_000_000;
const FORGOTTEN_LIMIT_MS = 60_000;
const POLL_MS = 100;
const STEP_SECONDS = 1;
const STEPS_MAX = 600;

function liveHoldsPoint(holds: number, { options, client, reporter }: Bench): Point {
  const name = liveHoldsName(holds);
  return {
    name,
    measure: async (round) => {
      const engine = await EngineBench.start(options, client, { environment: SHORT_LIFE });
      try {
        await warmUpAndForget(engine, options.warmUpSeconds);
        const before = await engine.stores.memory();
        reporter.progress(`making ${name}`);
        const live = await makeLiveHolds(engine, holds);
        await engine.drained();
        const after = await engine.stores.memory();
        await engine.operations.define(skuName('hot-', 0), SALE);
        const seconds = Math.min(options.seconds, LIVE_HOLDS_SECONDS_MAX);
        const measurement = await engine.measureSelling(name, round, { prefix: 'hot-', skus: 1, seconds });
        // Without its event, which is trimmed sooner or later.
        const bytes = after.usedBytes - after.streamBytes - (before.usedBytes - before.streamBytes);
        return { ...measurement, bytesPerHold: bytes / live };
      } finally {
        await engine.stop();
      }
    },
  };
}

async function warmUpAndForget(engine: EngineBench, seconds: number): Promise<void> {
  const prefix = 'warm-';
  await engine.operations.define(skuName(prefix, 0), { ...SALE, holdTtlMs: SHORT_TTL_MS });
  await engine.measureSelling('warm-up', 0, { prefix, skus: 1, seconds });
  engine.identifyThreads();
  const deadline = Date.now() + FORGOTTEN_LIMIT_MS;
  while ((await engine.operations.unitsHeld(prefix)) > 0 || (await engine.stores.holdsRemembered()) > 0) {
    if (Date.now() > deadline) throw new Error('the holds of the warm-up were not forgotten within a minute');
    await delay(POLL_MS);
  }
}

/** Sells until at least so many holds live; answers how many do. */
async function makeLiveHolds(engine: EngineBench, wanted: number): Promise<number> {
  const prefix = 'live-';
  await engine.operations.define(skuName(prefix, 0), { ...SALE, total: wanted, holdTtlMs: 3_600_000 });
  // With stock for exactly so many the last step ends with refusals, and not with more than was wanted.
  const sale: Sale = { prefix, skus: 1, seconds: STEP_SECONDS, buyers: BUYERS_MANY };
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const held = await engine.operations.unitsHeld(prefix);
    if (held >= wanted) return held;
    await engine.run(sale);
  }
  throw new Error(`no ${wanted} holds after ${STEPS_MAX * STEP_SECONDS} s of load`);
}
