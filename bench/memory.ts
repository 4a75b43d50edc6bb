import { setTimeout as delay } from 'node:timers/promises';
import type { LoadClient } from './load.js';
import { Operations, type SkuRules } from './operations.js';
import type { Options } from './options.js';
import { residentBytes } from './processor-time.js';
import { grouped, table } from './report.js';
import { type Stack, startStack } from './stack.js';
import { Stores } from './stores.js';
import type { Gate } from './targets.js';

/** What was not measured is missing. */
export interface MemoryFigures {
  redis?: RedisMemory;
  engine?: EngineMemory;
}

interface RedisMemory {
  readonly holds: number;
  /** Redis bytes a live hold, with its event, its buyer's record and its deadline. */
  readonly bytesPerHold: number;
  readonly eventBytesPerHold: number;
  /** By kind of key, bytes a hold. */
  readonly byKey: ReadonlyMap<string, number>;
}

interface EngineMemory {
  readonly holds: number;
  readonly bytesIdle: number;
  readonly bytes: number;
}

/** Of the target; the memory with fewer says nothing about it. */
const ENGINE_HOLDS = 1_000_000;

const SALE: SkuRules = { total: 100_000_000, buyerLimit: 5, holdTtlMs: 3_600_000 };
const PREFIX = 'memory-';
const STEP_SECONDS = 2;
const STEPS_MAX = 500;
const SETTLE_MS = 300;
const DRAIN_LIMIT_SECONDS = 120;
// Buyers are many against holds, so that nearly every hold has a buyer's record to itself: the dear case.
const BUYERS = 100_000_000;

/** Sells over HTTP until there are so many live holds, and weighs both sides, into `figures` as they come. */
export async function measureMemory(
  options: Options,
  client: LoadClient,
  figures: MemoryFigures,
  progress: (text: string) => void,
): Promise<void> {
  progress('starting an engine');
  // Redis frees and rewrites on its own; used_memory counts data only, so neither disturbs the figure.
  const stack = await startStack({ shards: options.shards, profile: options.profile });
  const stores = new Stores(stack.redisUrl, stack.databaseUrl);
  try {
    const operations = new Operations(stack.operationsUrl);
    await operations.define(`${PREFIX}000000`, SALE);
    await delay(SETTLE_MS);
    const bytesIdle = residentBytes(stack.enginePid);
    const before = await stores.memory();
    const sell = seller(options, client, stack, operations);
    progress(`making ${grouped(options.holds)} live holds`);
    const holds = await sell(options.holds);
    const after = await stores.memory();
    figures.redis = {
      holds,
      bytesPerHold: (after.usedBytes - before.usedBytes) / holds,
      eventBytesPerHold: (after.streamBytes - before.streamBytes) / holds,
      byKey: new Map([...(await stores.memoryByKey())].map(([kind, bytes]) => [kind, bytes / holds])),
    };
    progress(`making ${grouped(options.engineHolds)} live holds`);
    const engineHolds = await sell(options.engineHolds);
    await stores.drainSeconds(DRAIN_LIMIT_SECONDS);
    figures.engine = { holds: engineHolds, bytesIdle, bytes: residentBytes(stack.enginePid) };
  } finally {
    await stores.close();
    await stack.stop();
  }
}

/** Answers a function that sells until at least `wanted` holds live, and says how many do. */
function seller(
  options: Options,
  client: LoadClient,
  stack: Stack,
  operations: Operations,
): (wanted: number) => Promise<number> {
  let step = 0;
  return async (wanted) => {
    let held = await operations.unitsHeld(PREFIX);
    for (; held < wanted; step += 1) {
      if (step === STEPS_MAX) throw new Error(`only ${held} holds after ${step * STEP_SECONDS} s of load`);
      await client.run({
        url: stack.storefrontUrl,
        path: '/v1/holds',
        skuPrefix: PREFIX,
        skus: 1,
        tag: `memory-${step}`,
        buyers: BUYERS,
        seconds: STEP_SECONDS,
        connections: options.connections,
        threads: options.threads,
      });
      held = await operations.unitsHeld(PREFIX);
    }
    return held;
  };
}

export function memoryTable({ redis, engine }: MemoryFigures, markdown: boolean): string {
  const rows: string[][] = [];
  if (redis !== undefined) {
    rows.push(
      [`Redis, bytes a live hold, of ${grouped(redis.holds)}`, redis.bytesPerHold.toFixed(0)],
      ['  of which its event in the stream', redis.eventBytesPerHold.toFixed(0)],
      ...[...redis.byKey].map(([kind, bytes]) => [`  key :${kind}`, bytes.toFixed(0)]),
    );
  }
  if (engine !== undefined) {
    rows.push(
      ['engine, resident when idle, MB', (engine.bytesIdle / 1e6).toFixed(0)],
      [`engine, resident with ${grouped(engine.holds)} live holds, MB`, (engine.bytes / 1e6).toFixed(0)],
    );
  }
  return table(['memory', ''], rows, markdown);
}

export function memoryGates({ redis, engine }: MemoryFigures): readonly Gate[] {
  const note = 'not measured';
  return [
    redis === undefined
      ? { target: 'bytesPerHold', value: Number.NaN, note }
      : { target: 'bytesPerHold', value: redis.bytesPerHold },
    engineGate(engine),
  ];
}

function engineGate(engine: EngineMemory | undefined): Gate {
  const target = 'engineMegabytes';
  if (engine === undefined) return { target, value: Number.NaN, note: 'not measured' };
  if (engine.holds >= ENGINE_HOLDS) return { target, value: engine.bytes / 1e6 };
  return { target, value: Number.NaN, note: `only ${grouped(engine.holds)} live holds` };
}
