import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Operations } from '../../../bench/operations.js';
import { Stores } from '../../../loadtest/consistency/stores.js';
import { SharedState } from '../../../src/domain/shared-state.js';
import { RedisEventSource } from '../../../src/events/reader.js';
import { PostgresLedger } from '../../../src/ledger/transactions.js';
import { LedgerWriter } from '../../../src/ledger/writer.js';
import { systemClock } from '../../../src/system-clock.js';
import { otherVersion } from '../../support/other-version.js';
import { until } from '../../support/until.js';
import type { EngineProcess } from '../engine-process.js';
import { now } from '../load/counts.js';
import type { Round, Scenario } from '../scenario.js';
import type { Stack, StackOptions } from '../stack.js';
import { fewRounds, mended, Operator, sellsOn } from './operator.js';

const PARTITIONS = 16;
const HOLDS = 500;
/** Rows that each of two writers must have written: both were at it. */
const ROWS_AFTER = 200;
const RIVAL_TRANSACTIONS = 20;
const PATIENCE_MS = 60_000;

const others = new WeakMap<Stack, EngineProcess>();

export const SEVERAL_ENGINES: readonly Scenario[] = [
  {
    name: 'rolling-restart',
    title: 'Two engines are replaced one after the other by another version, with another function library',
    rounds: fewRounds,
    roundsPerStack: 1,
    stack: twoEngines,
    strike: async (round) => {
      const { engine } = round.stack;
      const main = otherVersion(join(round.stack.directory, 'other-version'));
      round.fault();
      await replace(round, engine, main);
      await bothVersionsSell(round);
      await replace(round, other(round), main);
      await oldLibraryMayGo(round);
      await mended(round);
    },
  },
  {
    name: 'two-ledger-writers',
    title: 'A second ledger writer that minds no lock writes at the same time',
    rounds: fewRounds,
    // A writer that yields to the buying path would leave everything to the rival, who never does.
    stack: () => ({ environment: { LEDGER_YIELD_MS: '0' } }),
    strike: twoWriters,
  },
  {
    name: 'stalled-ledger-leader',
    title: 'The engine that leads the ledger stands still (SIGSTOP) until another writes, then wakes up',
    rounds: ({ short, rounds }) => (short ? 1 : Math.min(rounds, 3)),
    roundsPerStack: 1,
    stack: () => ({ ...twoEngines(), environment: { LEDGER_YIELD_MS: '0' } }),
    strike: stalledLeader,
  },
];

function twoEngines(): StackOptions {
  return {
    between: async (stack) => {
      const second = await stack.startEngine();
      others.set(stack, second);
      stack.addTarget(second);
      return {};
    },
  };
}

function other({ stack }: Round): EngineProcess {
  return others.get(stack)!;
}

/** SIGTERM, as a deployment gives it, and the other version on the same ports. */
async function replace(round: Round, engine: EngineProcess, main: string): Promise<void> {
  const code = await engine.terminate();
  if (code !== 0) round.broken(`an engine replaced by another version ended with ${code}`);
  engine.main = main;
  const { lives } = engine;
  engine.start();
  await engine.ready(lives + 1);
  await new Operator(round, engine).seesReady();
}

/** In the middle of the roll: each engine calls its own functions on the same stock. */
async function bothVersionsSell(round: Round): Promise<void> {
  const libraries = await functionLibraries(round);
  if (libraries.length !== 2)
    round.broken(`Redis has ${libraries.length} function libraries, not those of two versions`);
  const engines = [round.stack.engine, other(round)];
  const sku = `rolled-${round.number}`;
  await new Operations(engines[0]!.operationsUrl).define(sku, {
    total: 100,
    buyerLimit: 0,
    holdTtlMs: 600_000,
  });
  for (const [number, engine] of engines.entries()) {
    const first = await hold(engine, sku, number);
    const again = await hold(engines[1 - number]!, sku, number);
    const isSame = first.status === 201 && again.status === 200 && first.holdId === again.holdId;
    if (!isSame)
      round.broken(
        `a hold through one version was ${first.status} ${first.holdId}, through the other ${again.status} ${again.holdId}`,
      );
  }
}

async function hold(
  engine: EngineProcess,
  sku: string,
  number: number,
): Promise<{ status: number; holdId: string }> {
  const response = await fetch(`${engine.storefrontUrl}/v1/holds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${sku}-key-${number}` },
    body: JSON.stringify({ sku, buyerId: `buyer-${number}`, quantity: 1 }),
  });
  const { holdId = '' } = (await response.json()) as { holdId?: string };
  return { status: response.status, holdId };
}

/** Deleting a library is safe at any time: nobody uses the old one, and whoever uses the new one loads it again. */
async function oldLibraryMayGo(round: Round): Promise<void> {
  const redis = new Redis(round.stack.redis.url);
  for (const library of await functionLibraries(round)) {
    await redis.function('DELETE', library);
    await sellsOn(round, HOLDS, 'after a function library was deleted');
  }
  redis.disconnect();
  const left = await functionLibraries(round);
  if (left.length !== 1) round.broken(`${left.length} function libraries are left, though one is in use`);
}

async function functionLibraries(round: Round): Promise<readonly string[]> {
  const redis = new Redis(round.stack.redis.url);
  try {
    const found = (await redis.function('LIST')) as readonly (readonly unknown[])[];
    return found.map((library) => String(library[1]));
  } finally {
    redis.disconnect();
  }
}

async function twoWriters(round: Round): Promise<void> {
  const { redis, databaseUrl, engine } = round.stack;
  const operator = new Operator(round, engine);
  const connection = new Redis(redis.url);
  const ledger = new PostgresLedger({
    url: databaseUrl,
    statementTimeoutMs: PATIENCE_MS,
    queryTimeoutMs: PATIENCE_MS + 1000,
    applicationName: 'rival ledger writer',
  });
  const alarms: string[] = [];
  const rival = new LedgerWriter(
    {
      epoch: await epochOf(round.stack),
      partitions: PARTITIONS,
      batchRows: 500,
      flushMs: 1,
      yieldMs: 0,
      stallMs: PATIENCE_MS,
      exclusive: false,
    },
    {
      source: new RedisEventSource(connection),
      ledger,
      clock: systemClock,
      shared: new SharedState(PARTITIONS),
      alarm: (alarm) => alarms.push(JSON.stringify(alarm)),
    },
  );
  const rows = (): Promise<number> => operator.metric('holdfast_ledger_rows_total');
  const fenced = (): Promise<number> =>
    operator.metric('holdfast_ledger_transactions_total', { result: 'fenced' });
  const fencedBefore = await fenced();
  round.fault();
  const running = rival.run();
  // Which of the two is faster is chance: one may get nothing through while the other is there.
  const haveMet = async (): Promise<boolean> => {
    const { committed, fenced: ofRival } = rival.counters;
    return committed + ofRival >= RIVAL_TRANSACTIONS && ofRival + (await fenced()) - fencedBefore > 0;
  };
  try {
    await until(haveMet, { timeoutMs: PATIENCE_MS, what: 'both writers writing the same' });
  } finally {
    rival.close();
    await running;
    connection.disconnect();
  }
  const alone = await rows();
  await until(async () => (await rows()) - alone >= ROWS_AFTER, {
    timeoutMs: PATIENCE_MS,
    what: 'the engine writing once the rival has gone',
  });
  round.figure('transactions of the engine that were fenced', (await fenced()) - fencedBefore);
  round.figure('transactions of the rival that were fenced', rival.counters.fenced);
  if (alarms.length > 0) round.broken(`the second writer raised an alarm: ${alarms.join(' ')}`);
  await operator.sees('the ledger is well', ({ dependencies }) => dependencies.ledger?.state === 'ok');
}

async function epochOf({ redis, databaseUrl }: Stack): Promise<number> {
  const stores = new Stores(redis.url, databaseUrl);
  try {
    const { rows } = await stores.pool.query<{ epoch: string }>(
      'SELECT max(epoch) AS epoch FROM holdfast.ledger_position',
    );
    return Number(rows[0]?.epoch);
  } finally {
    await stores.close();
  }
}

async function stalledLeader(round: Round): Promise<void> {
  const engines = [round.stack.engine, other(round)];
  const leads = async (engine: EngineProcess): Promise<boolean> =>
    (await new Operator(round, engine).metric('holdfast_ledger_leader')) === 1;
  const findLeader = async (): Promise<EngineProcess | undefined> => {
    for (const engine of engines) if (await leads(engine)) return engine;
    return undefined;
  };
  const leader = await until(findLeader, { timeoutMs: PATIENCE_MS, what: 'one engine leading the ledger' });
  const follower = engines.find((engine) => engine !== leader)!;
  const from = now();
  round.fault();
  leader.signal('SIGSTOP');
  try {
    await until(() => leads(follower), { timeoutMs: PATIENCE_MS, what: 'the other engine writing' });
    round.figure('seconds until another wrote', (now() - from) / 1000);
    await sellsOn(round, HOLDS, 'while the other engine stands still');
  } finally {
    leader.signal('SIGCONT');
  }
  await mended(round);
  for (const engine of engines) await new Operator(round, engine).seesReady();
}
