import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres } from '../services/postgres.js';
import { ensureRedisServer } from '../services/redis-binary.js';
import { endRemaining } from './testing/remaining.js';
import { buildTap, runTap, type TapResult } from './testing/tap.js';

const HELP = `Usage: npm test [-- PATTERN... --jobs N]

Runs the tests against real Redis and Postgres, which it starts and stops itself. With PATTERN only the files whose
path contains one of them: npm test -- services/redis

  --jobs N   files at the same time (default 2)
`;

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const TESTS = join(ROOT, 'dist', 'test');

interface TestOptions {
  readonly patterns: readonly string[];
  readonly jobs: string | undefined;
}

function testFiles(patterns: readonly string[]): readonly string[] {
  const names = existsSync(TESTS) ? readdirSync(TESTS, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => name.endsWith('.test.js')).map((name) => join(TESTS, name));
  const paths = files.map((file) => relative(ROOT, file)).sort();
  if (patterns.length === 0) return paths;
  // People type the path of the source: test/services/redis.test.ts means the compiled one.
  const wanted = patterns.map((pattern) => pattern.replace(/\.ts$/, '.js'));
  return paths.filter((path) => wanted.some((pattern) => path.includes(pattern)));
}

async function runFiles(files: readonly string[], options: TestOptions): Promise<TapResult> {
  await ensureRedisServer();
  buildTap(ROOT);
  // Everything of this run is under one directory, so that what a killed test file left can be found and ended.
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-run-'));
  chmodSync(directory, 0o755);
  const given = process.env.HOLDFAST_TEST_POSTGRES;
  const postgres =
    given === undefined
      ? await startPostgres({
          directory: join(directory, 'postgres'),
          fsync: false,
          extra: { max_connections: '300' },
        })
      : undefined;
  try {
    const environment = {
      HOLDFAST_TEST_DIRECTORY: directory,
      HOLDFAST_TEST_POSTGRES: given ?? postgres?.url ?? '',
    };
    const args = options.jobs === undefined ? [] : [`--jobs=${options.jobs}`];
    return await runTap(ROOT, { files, args, environment }, (line) => process.stdout.write(`${line}\n`));
  } finally {
    await postgres?.stop();
    const remaining = await endRemaining(directory);
    for (const command of remaining)
      process.stderr.write(`A test left this running (ended now): ${command}\n`);
    rmSync(directory, { recursive: true, force: true });
    if (remaining.length > 0) process.exitCode = 1;
  }
}

function readArguments(): TestOptions & { readonly help: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return { patterns: positionals, jobs: values.jobs, help: values.help };
}

async function main(): Promise<void> {
  const options = readArguments();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const files = testFiles(options.patterns);
  if (files.length === 0)
    throw new Error(`No test file matches ${options.patterns.join(' ') || 'dist/test'}.`);
  const { passed, failed, exitCode } = await runFiles(files, options);
  const ok = exitCode === 0 && failed === 0 && passed > 0;
  if (!ok) process.exitCode = 1;
  // When tap ends badly without naming a failure, a zero here would be a lie.
  const failures = ok ? 0 : Math.max(failed, 1);
  process.stdout.write(`\n${files.length} files\n${passed} passed, ${failures} failed\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
