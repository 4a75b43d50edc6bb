import t, { type Test } from 'tap';
import { leftovers } from '../support/leftovers.js';
import { PrivateCopy, type SourceChange } from './mutation-copy.js';
import type { MutationRun } from './mutation-run.js';
import { MUTATIONS } from './mutations.js';

/** Seeds in which a safeguard must be missed; most are within the first ten. */
const SEEDS = Array.from({ length: 250 }, (_, index) => index + 1);
const LIMIT_MS = 150_000;
/** As many as there are cores to count on. */
const AT_ONCE = 2;

async function simulate(
  t: Test,
  changes: readonly SourceChange[],
  seeds: readonly number[],
  rules: readonly string[],
): Promise<MutationRun> {
  const copy = new PrivateCopy(t, changes);
  try {
    const script = 'dist/test/simulation/mutation-run.js';
    const { code, output } = await copy.run(script, [seeds.join(), ...rules], {}, LIMIT_MS);
    if (code !== 0) throw new Error(`the simulator ended with ${code}: ${output.slice(-2000)}`);
    return JSON.parse(output.trim().split('\n').at(-1)!) as MutationRun;
  } finally {
    copy.remove();
  }
}

leftovers(t);

t.test('without one of its safeguards the simulator turns red', { timeout: 0 }, async (t) => {
  const waiting = [...MUTATIONS];
  const caught = new Set<number>();
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { safeguard, changes, caughtBy } = next;
      try {
        const run = await simulate(t, changes, SEEDS, caughtBy);
        if (run.caught !== undefined) caught.add(run.caught.seed);
        const told =
          run.caught === undefined ? 'by no seed' : `by seed ${run.caught.seed}: ${run.caught.rule}`;
        t.ok(run.caught !== undefined, `${safeguard}: told ${told}`, { others: run.others });
      } catch (error) {
        t.fail(`${safeguard}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { caught: broken } = await simulate(t, [], [...caught], []);
  t.equal(broken, undefined, 'the same seeds are green with all safeguards in place');
});

t.test('a mutation whose text is gone says so', async (t) => {
  const change = { file: 'dist/src/actors/actor.js', from: 'no such text', to: '' };
  t.throws(() => new PrivateCopy(t, [change]), { name: 'StaleMutation', message: /actor\.js.*0 times/ });
});
