import type { StockCall, StockCallResult, StockStore } from './stock-call.js';

/** A partition on its way to another node is asked again so often, with a pause before each: two seconds. */
const ATTEMPTS = 40;
const PAUSE_MS = 50;

/** Waits, milliseconds; of a clock. */
export type Wait = (ms: number) => Promise<void>;

/**
 * Makes calls, and those whose partition was only just moving to another node again, which certainly did not happen: for callers
 * who have no deadline of their own. Calls of one partition may then happen in another order. Index-aligned; what still stands in
 * the way after two seconds is answered.
 */
export async function executePatiently(
  store: StockStore,
  calls: readonly StockCall[],
  wait: Wait,
): Promise<readonly StockCallResult[]> {
  const results = [...(await store.execute(calls))];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const again = results.flatMap((result, index) => (isPassing(result) ? [index] : []));
    if (again.length === 0) break;
    await wait(PAUSE_MS);
    const answers = await store.execute(again.map((index) => calls[index]!));
    for (const [position, index] of again.entries()) results[index] = answers[position]!;
  }
  return results;
}

function isPassing(result: StockCallResult): boolean {
  return result.kind === 'not_sent' && result.passing === true;
}

/** Waits by the clock of this process. */
export function waitWith(clock: { setTimer(delayMs: number, task: () => void): unknown }): Wait {
  return (ms) =>
    new Promise((resolve) => {
      clock.setTimer(ms, resolve);
    });
}
