import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres } from '../services/postgres.js';
import { ensureRedisServer } from '../services/redis-binary.js';
import { ClusterFiles } from './testing/cluster-files.js';
import { migrationsIn } from './testing/migrations.js';
import { endRemaining } from './testing/remaining.js';
import { describeFile, failedIn } from './testing/report.js';
import { type FileReport, runTestFiles } from './testing/runner.js';

const FILE_TIMEOUT_MS = 120_000;
/** Each mutation is a process of its own. */
const LONG_FILES = /mutations\.test\.js$/;
const JOBS_DEFAULT = 2;
/** The nodes of a cluster take two seconds to trust each other, in which a file only waits. */
const JOBS_ON_CLUSTERS = 3;

const HELP = `Usage: npm test [-- PATTERN... --without PATTERN --jobs N --cluster]

Runs the tests against real Redis and Postgres, which it starts and stops itself. With PATTERN only the files whose
path contains one of them: npm test -- services/redis

  --without PATTERN
              leaves out the files whose path contains it; may be repeated
  --jobs N    files at the same time (default ${JOBS_DEFAULT}, with --cluster ${JOBS_ON_CLUSTERS})
  --cluster   each test that needs a Redis gets a Redis Cluster of three primaries, and slots migrate between them
              without rest; files that need none are left out
`;

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const TESTS = join(ROOT, 'dist', 'test');

interface TestOptions {
  readonly patterns: readonly string[];
  readonly without: readonly string[];
  readonly jobs: number;
  readonly cluster: boolean;
}

interface Totals {
  passed: number;
  failed: number;
}

/** How the tests of a run on a cluster get theirs; `still` in the environment leaves the slots where they are. */
const CLUSTER_DEFAULT = 'moving';

// People type the path of the source: test/services/redis.test.ts means the compiled one.
function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => path.includes(pattern.replace(/\.ts$/, '.js')));
}

function testFiles({ patterns, without, cluster }: TestOptions): readonly string[] {
  const names = existsSync(TESTS) ? readdirSync(TESTS, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => name.endsWith('.test.js')).map((name) => join(TESTS, name));
  const paths = files.map((file) => relative(ROOT, file)).sort();
  const matching = paths.filter(
    (path) => (patterns.length === 0 || matches(path, patterns)) && !matches(path, without),
  );
  if (!cluster) return matching;
  const onClusters = new ClusterFiles(TESTS);
  const chosen = matching.filter((path) => onClusters.has(join(ROOT, path)));
  const leftOut = matching.length - chosen.length;
  if (leftOut > 0) process.stdout.write(`${leftOut} files use no Redis that can be a cluster: left out\n`);
  return chosen;
}

async function runFiles(
  files: readonly string[],
  { jobs, cluster }: TestOptions,
  interrupted: AbortSignal,
): Promise<Totals> {
  await ensureRedisServer();
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
  const totals: Totals = { passed: 0, failed: 0 };
  const migrations = join(directory, 'migrations');
  const mode = process.env.HOLDFAST_TEST_CLUSTER || CLUSTER_DEFAULT;
  try {
    await runTestFiles({
      root: ROOT,
      files,
      jobs,
      timeoutMs: cluster ? 2 * FILE_TIMEOUT_MS : FILE_TIMEOUT_MS,
      longFiles: LONG_FILES,
      interrupted,
      environment: {
        HOLDFAST_TEST_DIRECTORY: directory,
        HOLDFAST_TEST_POSTGRES: given ?? postgres?.url ?? '',
        ...(cluster ? { HOLDFAST_TEST_CLUSTER: mode, HOLDFAST_TEST_MIGRATIONS: migrations } : {}),
      },
      onFile: (ended) => {
        const report = cluster && mode === CLUSTER_DEFAULT ? withMigrations(ended, migrations) : ended;
        totals.passed += report.passed;
        totals.failed += failedIn(report);
        process.stdout.write(`${describeFile(report).join('\n')}\n`);
      },
    });
    const { clusters, slots } = migrationsIn(migrations);
    if (cluster)
      process.stdout.write(`\n${slots} slot migrations in ${clusters} clusters while they were tested`);
  } finally {
    await postgres?.stop();
    const remaining = await endRemaining(directory);
    for (const command of remaining) process.stdout.write(`FAILED a test left this running: ${command}\n`);
    totals.failed += remaining.length;
    rmSync(directory, { recursive: true, force: true });
  }
  return totals;
}

function withMigrations(report: FileReport, record: string): FileReport {
  return { ...report, migrations: migrationsIn(record, report.file) };
}

function readArguments(): TestOptions & { readonly help: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      without: { type: 'string', multiple: true, default: [] },
      jobs: { type: 'string' },
      cluster: { type: 'boolean', default: (process.env.HOLDFAST_TEST_CLUSTER ?? '') !== '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const jobs = Number(values.jobs ?? (values.cluster ? JOBS_ON_CLUSTERS : JOBS_DEFAULT));
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs must be 1 or more, not ${values.jobs}.`);
  const { without, cluster, help } = values;
  return { patterns: positionals, without, jobs, cluster, help };
}

async function main(): Promise<void> {
  const options = readArguments();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const files = testFiles(options);
  if (files.length === 0)
    throw new Error(`No test file matches ${options.patterns.join(' ') || 'dist/test'}.`);
  const interrupted = new AbortController();
  // The first Ctrl-C ends the files and cleans up; npm sends it a second time.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const { passed, failed } = await runFiles(files, options, interrupted.signal);
  if (failed > 0 || interrupted.signal.aborted) process.exitCode = 1;
  if (interrupted.signal.aborted) process.stdout.write('\nInterrupted: not every file ran.');
  process.stdout.write(`\n${files.length} files\n${passed} passed, ${failed} failed\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
