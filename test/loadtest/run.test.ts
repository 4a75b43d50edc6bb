import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { RunResult } from '../../loadtest/result.js';
import { runCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { singleRedis } from '../support/redis.js';

leftovers(t);

/** Whatever this machine is busy with: what is tested here is not speed. */
const PATIENT = ['--p99', '30000', '--errors', '50', '--timeout', '30000'];
const SECRET = 'a-secret-of-more-than-32-characters-for-tests';
const KEYS = {
  HOLDFAST_KEY_ID: 'key-1',
  HOLDFAST_SECRET: SECRET,
  HOLDFAST_ADMIN_TOKEN: 'sixteen-characters',
};

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
  const run = (...args: readonly string[]) =>
    runCli(t, 'loadtest', [...urls, ...PATIENT, '--json', json, '--html', `${json}.html`, ...args], KEYS);
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
  t.notMatch(html, /<(script|link|img)[^>]+(src|href)=/, 'it needs nothing from anywhere');

  const worse = await run('hot-sku', '--rate', '20', '--duration', '2', '--p99', '0.1');
  t.equal(worse.code, 1, 'a service level that was missed');
  t.match(worse.stdout, /FAIL {2}selling: p99/);
});

t.test('what cannot run says why', async (t) => {
  const nobody = await runCli(t, 'loadtest', ['no-such-scenario']);
  t.equal(nobody.code, 2);
  t.match(nobody.stderr, /no scenario no-such-scenario, but peak, /);
  const help = await runCli(t, 'loadtest', ['--help']);
  t.equal(help.code, 0);
  t.match(help.stdout, /hot-sku .*one SKU/);
});
