import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { RunResult } from '../../loadtest/result.js';
import { plannedMax } from '../../loadtest/run.js';
import { type Ended, runCli, startCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

/** Whatever this machine is busy with: what is tested here is not speed. */
const PATIENT = ['--p99', '30000', '--errors', '50', '--timeout', '30000'];
const SECRET = 'a-secret-of-more-than-32-characters-for-tests';
const KEYS = {
  HOLDFAST_KEY_ID: 'key-1',
  HOLDFAST_SECRET: SECRET,
  HOLDFAST_ADMIN_TOKEN: 'sixteen-characters',
};

const EXIT_VOID = 3;
const ATTEMPTS = 4;

/** A machine that was busy elsewhere for a moment makes a run void, which is what it should say; another one then tells. */
async function unlessVoid(run: () => Promise<Ended>): Promise<Ended> {
  let ended = await run();
  for (let attempt = 1; attempt < ATTEMPTS && ended.code === EXIT_VOID; attempt += 1) ended = await run();
  return ended;
}

async function startSignedEngine(t: Test): Promise<readonly string[]> {
  const redis = await singleRedis(t, 'the verifier reads one Redis');
  const DATABASE_URL = await freshDatabase(t);
  const engine = await startEngine(t, {
    REDIS_URL: redis.url,
    DATABASE_URL,
    AUTH: 'on',
    STOREFRONT_KEYS: `shop:key-1:${SECRET}`,
    ADMIN_TOKEN: KEYS.HOLDFAST_ADMIN_TOKEN,
  });
  const urls = ['--url', engine.storefrontUrl, '--admin-url', engine.operationsUrl];
  return [...urls, '--redis-url', redis.url, '--database-url', DATABASE_URL];
}

t.test('a scenario on a running engine, signed, with a verdict and its files', async (t) => {
  const urls = await startSignedEngine(t);
  const json = join(temporaryDirectory(t, 'loadtest'), 'result.json');
  const common = [...urls, ...PATIENT, '--json', json, '--html', `${json}.html`];
  const run = (...args: readonly string[]) =>
    unlessVoid(() => runCli(t, 'loadtest', [...common, ...args], KEYS));
  const { code, stdout, stderr } = await run('hot-sku', '--rate', '150', '--duration', '3');
  t.equal(code, 0, stderr + stdout);
  t.match(stdout, /PASS {2}consistency: (\d+) accepted of \1 keys/);
  const result = JSON.parse(readFileSync(json, 'utf8')) as RunResult;
  t.equal(result.verdict, 'passed');
  const [selling] = result.phases;
  t.ok(selling!.due > 350 && selling!.due < 550, `${selling!.due} due`);
  t.equal(selling!.answers.accepted, selling!.due);
  t.equal(result.consistency.accepted, selling!.due);
  t.ok(selling!.followUps.count > 20, 'some paid, some gave back');
  t.ok(selling!.samples.length >= 3 && result.observations.length >= 2);
  const html = readFileSync(`${json}.html`, 'utf8');
  t.match(html, /hot-sku/);
  t.notMatch(html, /<(script|link|img)[^>]+(src|href)="(?!data:)/, 'it needs nothing from anywhere');

  const worse = await run('hot-sku', '--rate', '20', '--duration', '2', '--p99', '0.1');
  t.equal(worse.code, 1, 'a service level that was missed');
  t.match(worse.stdout, /FAIL {2}selling: p99/);

  const stopped = startCli(t, 'loadtest', [...common, 'hot-sku', '--rate', '50', '--duration', '1h'], KEYS);
  await until(() => /selling:? \d+/.test(stopped.stderr()), { timeoutMs: 60_000 });
  stopped.interrupt();
  const { code: stoppedCode, stdout: part } = await stopped.ended;
  t.equal(stoppedCode, 130, part);
  t.match(part, /PASS {2}consistency: (\d+) accepted of \1 keys/, 'what was sold until then is compared');
  t.match(part, /VOID {2}scenario: stopped before its end/);
  t.match(
    JSON.parse(readFileSync(json, 'utf8')),
    { wasStopped: true, verdict: 'void' },
    'and has not passed',
  );
});

t.test('a run is as long as its verdict fits into memory', async (t) => {
  const gigabyte = 1024 ** 3;
  const hour = (perSecond: number): number => perSecond * 3600;
  t.ok(plannedMax(16, 4 * gigabyte) > hour(8000));
  t.ok(plannedMax(16, 2 * gigabyte) > hour(4000));
  t.ok(plannedMax(1, 2 * gigabyte) < plannedMax(16, 2 * gigabyte), 'all holds of a partition at once');
});

t.test('what cannot run says why', async (t) => {
  const nobody = await runCli(t, 'loadtest', ['no-such-scenario']);
  t.equal(nobody.code, 2);
  t.match(nobody.stderr, /no scenario no-such-scenario, but peak, /);
  const file = await runCli(t, 'loadtest', ['hot-sku', '--file', 'orders.csv']);
  t.match(file, { code: 2, stderr: /--file is for the scenario real/ });
  const nowhere = await runCli(t, 'loadtest', ['hot-sku', '--json', '/dev/null/result.json']);
  t.equal(nowhere.code, 2);
  t.match(nowhere.stderr, /No result can be written to \/dev\/null/);
  const help = await runCli(t, 'loadtest', ['--help']);
  t.equal(help.code, 0);
  t.match(help.stdout, /hot-sku .*one SKU/);
});
