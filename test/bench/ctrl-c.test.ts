import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';

leftovers(t);

/** Processes that inherited this in their environment, of those we may look into. */
function processesWith(assignment: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(join('/proc', name, 'environ'), 'latin1')
        .split('\0')
        .includes(assignment);
    } catch {
      return false;
    }
  });
}

t.test('Ctrl-C in the middle of a run prints what there is, and leaves nothing behind', async (t) => {
  const directory = temporaryDirectory(t);
  const json = join(temporaryDirectory(t), 'figures.json');
  // More holds than anybody waits for.
  const args = ['--only', 'memory', '--only', 'deadlines', '--holds', '10000000', '--json', json];
  const bench = startCli(t, 'bench', args, { TMPDIR: directory });
  await until(() => bench.stderr().includes('making 10,000,000 live holds'), { timeoutMs: 100_000 });
  await until(() => processesWith(`TMPDIR=${directory}`).length >= 3, { what: 'its servers run' });
  bench.interrupt();
  const { code, stdout, stderr } = await bench.ended;
  t.equal(code, 130);
  t.match(stdout, /NOT MEASURED/);
  t.notMatch(stderr, /deadlines|FAILED/, 'nothing was begun after it, and its end is no failure');
  t.match(JSON.parse(readFileSync(json, 'utf8')), { failed: [], targets: [{ target: 'bytesPerHold' }, {}] });
  t.same(readdirSync(directory), []);
  await until(() => processesWith(`TMPDIR=${directory}`).length === 0, { what: 'everything ended' });
});
