import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { ClusterFiles } from '../../../src/cli/testing/cluster-files.js';
import { migrationsIn } from '../../../src/cli/testing/migrations.js';
import { failedIn } from '../../../src/cli/testing/report.js';
import { temporaryDirectory } from '../../support/directories.js';

const TESTS = fileURLToPath(new URL('../..', import.meta.url));

function compiled(
  t: Test,
  files: Readonly<Record<string, string>>,
): ClusterFiles & { path(name: string): string } {
  const directory = temporaryDirectory(t, 'compiled');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return Object.assign(new ClusterFiles(directory), { path: (name: string) => join(directory, name) });
}

t.test(
  'a file that asks for a Redis which can be a cluster is found, however far away it does',
  async (t) => {
    const files = compiled(t, {
      'support/redis.js': 'export async function freshRedis() {}\n',
      'support/engine.js': "import { anotherMigration, freshRedis } from './redis.js';\n",
      'stage.js': "export * from './support/engine.js';\n",
      'near.test.js':
        "import t from 'tap';\nimport {\n  inspect,\n  freshRedis,\n} from './support/redis.js';\n",
      'far.test.js': "import './stage.js';\n",
      'one.test.js': "import { singleRedis } from './support/redis.js';\n",
      'none.test.js': "import { freshRedis } from 'elsewhere';\nimport './circle.js';\n",
      'circle.js': "import './none.test.js';\n",
    });
    t.ok(files.has(files.path('near.test.js')));
    t.ok(files.has(files.path('far.test.js')));
    t.notOk(files.has(files.path('one.test.js')), 'one that takes a single server only');
    t.notOk(files.has(files.path('none.test.js')), 'and one that imports in a circle');
  },
);

t.test('of these tests it finds those that sell', async (t) => {
  const files = new ClusterFiles(join(TESTS, '.'));
  for (const name of ['engine/sale', 'recovery/wiped', 'ledger/writer', 'cli/replay'])
    t.ok(files.has(join(TESTS, `${name}.test.js`)), name);
  for (const name of ['domain/hold', 'stock/hold-rules', 'cluster/store'])
    t.notOk(files.has(join(TESTS, `${name}.test.js`)), name);
});

t.test('migrations are added up by file, and a file whose clusters stood still has failed', async (t) => {
  const record = join(temporaryDirectory(t, 'record'), 'migrations');
  t.same(migrationsIn(record), { clusters: 0, slots: 0 }, 'none yet');
  writeFileSync(record, 'a.test.js 3\nb.test.js 0\na.test.js 4\n');
  t.same(migrationsIn(record), { clusters: 3, slots: 7 });
  t.same(migrationsIn(record, 'a.test.js'), { clusters: 2, slots: 7 });
  const report = {
    ...{ file: '', seconds: 1, exit: { code: 0, signal: null }, timedOut: false, errorText: '' },
    ...{ passed: 5, skipped: 0, failures: [] },
  };
  t.equal(failedIn(report), 0);
  t.equal(failedIn({ ...report, migrations: migrationsIn(record, 'a.test.js') }), 0);
  t.equal(failedIn({ ...report, migrations: migrationsIn(record, 'b.test.js') }), 1);
  t.equal(failedIn({ ...report, migrations: migrationsIn(record, 'c.test.js') }), 0, 'it had no cluster');
});
