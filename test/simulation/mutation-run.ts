import { runSeed } from './seeds.js';

/** What one process of a mutation check says on its last line. */
export interface MutationRun {
  /** Seeds run, the last one included. */
  readonly seeds: number;
  /** The first seed that broke one of the rules asked for, and which. */
  readonly caught: { readonly seed: number; readonly rule: string; readonly what: string } | undefined;
  /** Rules that were broken before that, with a seed for each. */
  readonly others: Readonly<Record<string, number>>;
}

/**
 * Runs seeds (separated by commas), each with the fault `aim` if it is not empty, until one breaks a rule of `rules` (without any: any rule), and prints how far it came. For
 * a process of its own: it imports the code of the copy that it lies in.
 */
async function run([seeds = '', aim = '', ...rules]: readonly string[]): Promise<MutationRun> {
  const others: Record<string, number> = {};
  let done = 0;
  for (const seed of seeds.split(',').map(Number)) {
    done += 1;
    for (const { rule, what } of (await runSeed(seed, aim === '' ? {} : { aim })).violations) {
      if (rules.length === 0 || rules.includes(rule))
        return { seeds: done, caught: { seed, rule, what }, others };
      others[rule] ??= seed;
    }
  }
  return { seeds: done, caught: undefined, others };
}

process.stdout.write(`\n${JSON.stringify(await run(process.argv.slice(2)))}\n`);
