import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Test } from 'tap';
import { LEADER_LOCK } from '../../src/ledger/transactions.js';
import type { RecoveryReport } from '../../src/recovery/report.js';
import { type Exit, exitOf } from '../../src/services/processes.js';
import { type Answer, Shop } from '../engine/shop.js';
import { type Ended, runCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { type RunningEngine, startEngine } from '../support/engine.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis, onEach, type TestRedis } from '../support/redis.js';
import { until } from '../support/until.js';

/** One deployment whose stock store can be lost. */
export interface Deployment {
  readonly redis: TestRedis;
  readonly stores: { readonly REDIS_URL: string; readonly DATABASE_URL: string };
  readonly pool: pg.Pool;
}

export async function deploy(t: Test): Promise<Deployment> {
  return deployOn(t, await freshRedis(t));
}

export async function deployOn(t: Test, redis: TestRedis): Promise<Deployment> {
  const databaseUrl = await freshDatabase(t);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  pool.on('error', () => undefined);
  t.teardown(() => pool.end());
  return { redis, stores: { REDIS_URL: redis.url, DATABASE_URL: databaseUrl }, pool };
}

export async function open(
  t: Test,
  { stores }: Deployment,
  environment: Readonly<Record<string, string>> = {},
): Promise<[RunningEngine, Shop]> {
  const engine = await startEngine(t, { ...stores, ...environment });
  return [engine, new Shop(engine)];
}

/**
 * Keeps engines started from here on from writing to the ledger, for 20 s: they believe that another one leads. A recovery does
 * not ask who leads. Call it before such an engine starts; answers how to end it.
 */
export async function stopLedger(
  t: Test,
  { stores }: Pick<Deployment, 'stores'>,
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: stores.DATABASE_URL });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1)', [LEADER_LOCK]);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= client.end();
    return ended;
  };
  t.teardown(end);
  return end;
}

/** Everything in Redis is gone, as after FLUSHALL by mistake. */
export async function wipe({ redis }: Deployment): Promise<void> {
  // What is on its way between two nodes would outlive it.
  await redis.halt();
  await onEach(redis, 'FLUSHALL');
  redis.goOn();
}

/** Redis dies and its append-only file is gone. */
export async function loseFile({ redis }: Deployment): Promise<void> {
  await redis.halt();
  await redis.kill('SIGKILL');
  for (const { directory } of redis.nodes) rmSync(filesIn(directory), { recursive: true, force: true });
  await redis.restart();
  redis.goOn();
}

function filesIn(directory: string): string {
  return `${directory}/appendonlydir`;
}

/** `npm run recover` as a process; its report where it made one. */
export async function runRecover(
  t: Test,
  { stores }: Pick<Deployment, 'stores'>,
  args: readonly string[] = ['--yes'],
): Promise<Ended & { readonly report: RecoveryReport | undefined }> {
  const file = `${temporaryDirectory(t, 'report')}/report.json`;
  const ended = await runCli(t, 'recover', [...args, '--json', file], stores);
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RecoveryReport) : undefined;
  return { ...ended, report };
}

/** Until the engine says that the store was lost. */
export async function refused(shop: Shop, sku: string): Promise<void> {
  await until(
    async () => {
      const { body } = await shop.hold(sku, 'somebody-else', 1, `probe-${Math.random()}`);
      return body.code === 'store_rolled_back';
    },
    { what: 'store_rolled_back' },
  );
}

/** The hold id of a 201 or 200; throws on anything else. */
export async function held(answer: Promise<Answer>): Promise<string> {
  const { status, body } = await answer;
  if (status !== 201 && status !== 200) throw new Error(`not held: ${status} ${JSON.stringify(body)}`);
  return String(body.holdId);
}

/** Until the ledger has `holds` holds of the SKU. */
export async function written({ pool }: Deployment, sku: string, holds: number): Promise<void> {
  const count = 'SELECT count(*)::integer AS n FROM holdfast.holds WHERE sku = $1';
  await until(async () => (await pool.query(count, [sku])).rows[0].n >= holds, {
    what: `${holds} holds of ${sku} in the ledger`,
  });
}

const CRASHING = fileURLToPath(new URL('./crashing-recover.js', import.meta.url));

/** A recovery that is killed just before `step`. */
export async function crashRecover(t: Test, { stores }: Deployment, step: string): Promise<Exit> {
  const child = spawn(process.execPath, [CRASHING, step], {
    env: { ...process.env, AUTH: 'off', ...stores },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  return exitOf(child);
}

/** Redis dies and comes back with the append-only files of another moment. */
export async function comeBackWith({ redis }: Deployment, copy: string): Promise<void> {
  await redis.kill('SIGKILL');
  for (const { directory } of redis.nodes) {
    rmSync(filesIn(directory), { recursive: true, force: true });
    cpSync(`${directory}/${copy}`, filesIn(directory), { recursive: true });
  }
  await redis.restart();
  redis.goOn();
}

/**
 * Copies of the append-only files as they are now. Redis stands still meanwhile, or it could be in the middle of a write; and what
 * is at a node now must be there when the copy comes back.
 */
export async function copyFiles({ redis }: Deployment): Promise<string> {
  const copy = `copy-${Math.random()}`;
  await redis.halt();
  await redis.kill('SIGSTOP');
  try {
    for (const { directory } of redis.nodes)
      cpSync(filesIn(directory), `${directory}/${copy}`, { recursive: true });
  } finally {
    await redis.kill('SIGCONT');
  }
  return copy;
}
