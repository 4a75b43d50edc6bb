import { setTimeout as passing } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Stores } from '../../../loadtest/consistency/stores.js';
import { until } from '../../support/until.js';
import { now } from '../load/counts.js';
import type { Round, Scenario } from '../scenario.js';
import { mended, Operator } from './operator.js';

const MINUTES_MS = 600_000;
const SHORT_MS = 12_000;
/** How long memory is watched to know how fast it fills, and the share of the outage after which it shall be called full. */
const MEASURE_MS = 2000;
const FULL_AFTER_SHARE = 0.45;
/** As the engine's default `REDIS_MEMORY_REFUSE_PERCENT`. */
const REFUSE_SHARE = 0.85;
/** Clearly below its default `REDIS_MEMORY_ALARM_PERCENT`. */
const QUIET_SHARE = 0.67;
/** Below it, connections and the confirms of what is held already would count for more than what is sold. */
const LIMIT_BYTES_MIN = 24 * 1024 ** 2;
/** Takes the place of what a slow machine cannot sell in time. */
const BALLAST = 'ballast';
/** A slow machine fills it later than it was measured to. */
const LATER_FACTOR = 5;
const LOOK_MS = 100;
/** Ten minutes of a sale that goes on: five were not enough once. The short form's 12 s drain in about 6. */
const DRAIN_LIMIT_MS = 900_000;

export const POSTGRES_GONE: readonly Scenario[] = [
  {
    name: 'postgres-gone',
    title:
      'Postgres is gone for ten minutes (CI: 12 s) at full rate, with a Redis that is full before it comes back',
    rounds: () => 1,
    strike: async (round) => {
      const { postgres } = round.stack;
      const operator = new Operator(round);
      const redis = new Redis(round.stack.redis.url);
      redis.on('error', () => undefined);
      const [, maxMemory = '0'] = (await redis.config('GET', 'maxmemory')) as string[];
      const logged = operator.log().length;
      round.fault();
      await postgres.kill('SIGKILL');
      try {
        await sellUntilFull(round, operator, redis, round.options.short ? SHORT_MS : MINUTES_MS);
        await operator.seesInLog('Postgres is down; sales go on', logged);
        await operator.seesInLog('Redis is filling up', logged);
      } finally {
        await postgres.restart();
      }
      await drain(round, operator);
      // Live holds are what is left in it: an operator gives Redis more memory, or waits for their deadlines.
      await redis.config('SET', 'maxmemory', maxMemory);
      await redis.del(BALLAST);
      redis.disconnect();
      await mended(round);
    },
  },
];

/** What is seen of memory while Postgres is away. */
class MemoryWatch {
  readonly #redis: Redis;
  peakShare = 0;
  limitBytes = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async look(): Promise<number> {
    const memory = await this.#redis.info('memory');
    const used = Number(/^used_memory:(\d+)/m.exec(memory)?.[1]);
    if (this.limitBytes > 0) this.peakShare = Math.max(this.peakShare, used / this.limitBytes);
    return used;
  }

  /** Sets a limit that what fills it now reaches its share of after `leftMs`. */
  async limitAfter(leftMs: number): Promise<void> {
    const [usedBefore, at] = [await this.look(), now()];
    await passing(MEASURE_MS);
    const used = await this.look();
    const bytesPerMs = Math.max(1, (used - usedBefore) / (now() - at));
    const atRefusal = used + bytesPerMs * leftMs;
    this.limitBytes = Math.max(LIMIT_BYTES_MIN, Math.ceil(atRefusal / REFUSE_SHARE));
    await this.#redis.config('SET', 'maxmemory', this.limitBytes);
    // Never so much that it raises the alarm by itself; Redis allots up to a mebibyte more than it is asked for.
    const short = Math.floor(
      Math.min(this.limitBytes * REFUSE_SHARE - atRefusal, this.limitBytes * QUIET_SHARE - used - 1024 ** 2),
    );
    if (short > 0) await this.#redis.setrange(BALLAST, short, '.');
  }

  /** Commands that Redis refused for want of memory since it started. */
  async refusals(): Promise<number> {
    return Number(/errorstat_OOM:count=(\d+)/.exec(await this.#redis.info('errorstats'))?.[1] ?? 0);
  }
}

/** Selling, the alarm while it sells, then the refusal of new holds; each before the next, and all of it before Redis is full. */
async function sellUntilFull(
  round: Round,
  operator: Operator,
  redis: Redis,
  lengthMs: number,
): Promise<void> {
  const { load } = round;
  const begun = now();
  const end = begun + lengthMs;
  const memory = new MemoryWatch(redis);
  await operator.sees(
    'Postgres is down and it sells on',
    ({ ready, dependencies }) => ready && dependencies.ledger?.state === 'down',
  );
  await memory.limitAfter(lengthMs * FULL_AFTER_SHARE);
  let alarmAt = 0;
  let refusedAt = 0;
  let acceptedAtRefusal = 0;
  while (now() < end || refusedAt === 0) {
    await memory.look();
    const { state } = await operator.dependency('redis_memory');
    if (alarmAt === 0 && state === 'degraded') alarmAt = now();
    if (refusedAt === 0 && state === 'down') {
      refusedAt = now();
      // Those under way were decided before.
      await passing(LOOK_MS * 5);
      acceptedAtRefusal = load.counts().accepted;
    }
    if (now() > begun + LATER_FACTOR * lengthMs) break;
    await passing(LOOK_MS);
  }
  if (refusedAt === 0) round.broken('new holds were never refused, however full Redis became');
  else if (alarmAt === 0) round.broken('new holds were refused without an alarm before');
  const held = load.counts().accepted - acceptedAtRefusal;
  if (refusedAt > 0 && held > 0)
    round.broken(`${held} holds were accepted after /readyz said that they are refused`);
  if (memory.peakShare >= 1)
    round.broken(`Redis used ${Math.round(memory.peakShare * 100)} % of its maxmemory`);
  const oom = await memory.refusals();
  if (oom > 0) round.broken(`Redis refused ${oom} calls for want of memory`);
  round.figure('seconds sold without Postgres', (refusedAt - begun) / 1000);
  round.figure('seconds to the alarm', (alarmAt - begun) / 1000);
  round.figure('peak of maxmemory in percent', memory.peakShare * 100);
  round.figure('maxmemory in MiB', memory.limitBytes / 1024 ** 2);
  round.figure('events waiting', await operator.metric('holdfast_ledger_lag_events'));
}

/** Postgres is there again: everything that waited for it gets there, while new events go on coming. */
async function drain(round: Round, operator: Operator): Promise<void> {
  const { stack } = round;
  const at = now();
  const stores = new Stores(stack.redis.url, stack.databaseUrl);
  try {
    const waiting = await stores.redisHeads();
    const isDrained = async (): Promise<boolean> => {
      const positions = await stores.ledgerPositions();
      return waiting.every(({ seq }, partition) => (positions[partition] ?? 0) >= seq);
    };
    await until(isDrained, { timeoutMs: DRAIN_LIMIT_MS, pollMs: LOOK_MS });
  } finally {
    await stores.close();
  }
  round.figure('seconds to drain', (now() - at) / 1000);
  await operator.sees('Postgres is back', ({ dependencies }) => dependencies.ledger?.state === 'ok');
}
