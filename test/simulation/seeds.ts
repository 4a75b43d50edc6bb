import { type SimulationOptions, type SimulationResult, simulate } from './simulation.js';

/** What code under test threw where nobody caught it; in production that ends a thread. */
const uncaught: unknown[] = [];
let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.on('unhandledRejection', (reason) => uncaught.push(reason));
}

/** Runs one seed; an error that it throws is a broken rule like any other. */
export async function runSeed(
  seed: number,
  options: Omit<SimulationOptions, 'seed'> = {},
): Promise<SimulationResult> {
  listen();
  let result: SimulationResult;
  try {
    result = await simulate({ ...options, seed });
  } catch (error) {
    result = { seed, violations: [thrown(error)], hash: '', coverage: {}, milliseconds: 0, tasks: 0 };
  }
  // Rejections that nobody handles are told at the end of a turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  const more = uncaught.splice(0).map(thrown);
  return more.length === 0 ? result : { ...result, violations: [...result.violations, ...more] };
}

function thrown(error: unknown): SimulationResult['violations'][number] {
  return {
    at: 0,
    rule: 'nothing throws',
    what: error instanceof Error ? (error.stack ?? '') : String(error),
  };
}
