import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { type Config, loadConfig } from '../config.js';
import { asOnlyRecovery, newestReport } from '../ledger/recovery.js';
import { listUncertainHolds, type UncertainHold } from '../ledger/uncertain-holds.js';
import { describeFindings } from '../recovery/diagnose.js';
import { openForRecovery, recoveryPool } from '../recovery/open.js';
import { lookAtStores, recoverStock, type Situation } from '../recovery/recover.js';
import { type RecoveryReport, reportText } from '../recovery/report.js';
import { localServicesOf, startLocalServices } from '../services/local.js';
import { parseArguments } from './arguments.js';
import { createProgress } from './progress.js';

const HELP = `Usage: npm run recover -- [OPTIONS]

Rebuilds Redis from the ledger in Postgres after Redis lost what it had or came back with older data. Says first what it
found and asks. What was on sale is paused; units that may have been held or sold in what was lost are withheld
(reserved) until you give them back. Engines need not be stopped. If the newest append-only file of Redis still
exists somewhere, giving it back to Redis and restarting the engines is better: then nothing is lost.

  --yes             do not ask
  --json FILE       also write the report there
  --report          only show the report of the last recovery, and who came with a hold that was lost
  --directory PATH  where \`npm start\` keeps its data (default .holdfast in the checkout)
  --help            this text

REDIS_URL, DATABASE_URL and the other settings are those of the engines. Without REDIS_URL and DATABASE_URL it works on the
private Redis and Postgres of \`npm start\`, whether that runs or not. It can be run again whenever it was interrupted.

Exit code: 0 done, 1 nothing was done (nothing is wrong, or it was not confirmed), 2 it could not be done.
`;

const EXIT_NOTHING_DONE = 1;
const EXIT_FAILED = 2;
const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const OPTIONS = {
  yes: { type: 'boolean', default: false },
  json: { type: 'string', default: '' },
  report: { type: 'boolean', default: false },
  directory: { type: 'string', default: join(ROOT, '.holdfast') },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the user can do something about: shown as its sentence, without a stack. */
const EXPLAINED = new Set([
  ...['UsageError', 'ConfigError', 'StoreRefused', 'DeploymentRefused', 'SchemaRefused'],
  ...['StockFailed', 'StillMoving', 'DrainFailed', 'Overtaken', 'LedgerContradiction', 'Interrupted'],
]);

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Options {
  readonly yes: boolean;
  readonly json: string;
  readonly report: boolean;
  readonly directory: string;
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The engines' settings. Listeners and keys do not matter here, and must not keep anybody from a recovery. */
function settingsFor(environment: NodeJS.ProcessEnv): Config {
  return loadConfig({ ...environment, AUTH: 'off', HOST: '127.0.0.1', ADMIN_HOST: '127.0.0.1' });
}

/** Runs `work` with the stores of the environment, or with those of `npm start`, which are started for it if need be. */
async function withStores<T>(directory: string, work: (config: Config) => Promise<T>): Promise<T> {
  const { REDIS_URL: redisUrl = '', DATABASE_URL: databaseUrl = '' } = process.env;
  if ((redisUrl !== '' && databaseUrl !== '') || !existsSync(directory))
    return work(settingsFor(process.env));
  const running = localServicesOf(directory);
  const services =
    running ?? (await startLocalServices({ directory, fresh: false, redisUrl, databaseUrl, note }));
  try {
    const urls = {
      REDIS_URL: services.redisRecoveryUrl,
      REDIS_ADMIN_URL: services.redisAdminUrl || (process.env.REDIS_ADMIN_URL ?? ''),
      DATABASE_URL: services.databaseUrl,
    };
    return await work(settingsFor({ ...process.env, ...urls }));
  } finally {
    if ('stop' in services) await (services as { stop(): Promise<void> }).stop();
  }
}

function operationsUrl(): string {
  const { ADMIN_HOST: host = '127.0.0.1', ADMIN_PORT: port = '9090' } = process.env;
  return `http://${host}:${port}`;
}

async function isConfirmed({ findings, unfinished }: Situation, { yes }: Options): Promise<boolean> {
  const lines =
    unfinished === undefined
      ? describeFindings(findings)
      : [
          `The recovery begun at ${new Date(unfinished.begunAt).toISOString()} was not finished.`,
          ...describeFindings(unfinished.findings),
        ];
  process.stdout.write(`What was found:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  if (yes) return true;
  const question = 'Rebuild Redis from the ledger, withholding what is uncertain?';
  if (!process.stdin.isTTY) {
    note(`${question} Add --yes to say so.`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [yes/no] `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

async function recover(config: Config, options: Options): Promise<number> {
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
    note('\nStopping…');
  });
  const progress = createProgress(process.stderr, !process.stderr.isTTY);
  const { parts, close } = await openForRecovery(config, progress, () => {
    if (interrupted) throw new Interrupted('Stopped; engines do not start until `recover` was run again.');
  });
  try {
    const code = await asOnlyRecovery(parts.pool, async () => {
      const situation = await lookAtStores(parts);
      if (!situation.isNeeded) {
        process.stdout.write(
          'Redis has everything that the ledger knows of. Nothing is wrong; nothing was done.\n',
        );
        return EXIT_NOTHING_DONE;
      }
      if (!(await isConfirmed(situation, options)) || interrupted) {
        note('Nothing was done.');
        return EXIT_NOTHING_DONE;
      }
      const report = await recoverStock(parts, situation);
      progress.stop();
      if (options.json !== '') writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
      process.stdout.write(`\n${reportText(report, operationsUrl())}`);
      return 0;
    });
    if (code !== undefined) return code;
    note('Another `recover` is at work on this deployment.');
    return EXIT_FAILED;
  } finally {
    progress.stop();
    await close();
  }
}

async function showReport(config: Config, options: Options): Promise<number> {
  const pool = recoveryPool(config);
  try {
    const report = (await newestReport(pool)) as RecoveryReport | undefined;
    const holds = report === undefined ? [] : await listUncertainHolds(pool);
    if (options.json !== '')
      writeFileSync(options.json, `${JSON.stringify({ report, holds }, undefined, 2)}\n`);
    if (report === undefined) {
      process.stdout.write('There was no recovery.\n');
      return EXIT_NOTHING_DONE;
    }
    process.stdout.write(`${reportText(report, operationsUrl())}\n${holdsText(holds)}`);
    return 0;
  } finally {
    await pool.end();
  }
}

function holdsText(holds: readonly UncertainHold[]): string {
  if (holds.length === 0) return 'Nobody has come with a hold that was lost.\n';
  const lines = holds.map(({ holdId, firstAskedAt, asked, paymentRef, heldAgain }) => {
    const paid = paymentRef === null ? '' : `, paid with ${JSON.stringify(paymentRef)}`;
    return `  ${holdId}  ${firstAskedAt}  ${asked}${paid}${heldAgain === null ? '' : `; has it again, ${heldAgain}`}\n`;
  });
  return `Holds that were lost and asked for since, ${holds.length}:\n${lines.join('')}`;
}

async function main(): Promise<number> {
  const { values } = parseArguments(process.argv.slice(2), OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const run = values.report ? showReport : recover;
  return withStores(resolve(values.directory), (config) => run(config, values));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = EXIT_FAILED;
  if (error instanceof Error && EXPLAINED.has(error.name)) note(error.message);
  else note(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
