import type { Span } from './runner.js';
import { runSeed } from './seeds.js';
import type { SimulationResult } from './simulation.js';

/** A process that runs the seeds it is given, for `runSeeds`; ends with its parent. */
process.on('message', (span: Span) => void run(span));
process.on('disconnect', () => process.exit());

async function run({ from, count }: Span): Promise<void> {
  const results: SimulationResult[] = [];
  for (let seed = from; seed < from + count; seed += 1) results.push(await runSeed(seed));
  process.send!(results);
}
