import { setTimeout as delay } from 'node:timers/promises';
import { executePatiently } from '../domain/patience.js';
import type { StockCall, StockCallResult, StockReply, StockStore } from '../domain/stock-call.js';

/** The stock store did not do a step. What it did is overwritten when the recovery is run again. */
export class StockFailed extends Error {
  override readonly name = 'StockFailed';
}

/** Calls in one write, of partitions that are moving to another node a moment later. Throws `StockFailed` at the first that was not answered. */
export async function callAll(
  store: StockStore,
  calls: readonly StockCall[],
): Promise<readonly StockReply[]> {
  const results = await executePatiently(store, calls, (ms) => delay(ms));
  return results.map((result, index) => {
    if (result.kind === 'reply') return result;
    const { operation, partition } = calls[index]!;
    throw new StockFailed(
      `Redis did not do ${operation} of partition ${partition}: ${reasonOf(result)}. Run \`recover\` again.`,
    );
  });
}

function reasonOf(result: Exclude<StockCallResult, StockReply>): string {
  switch (result.kind) {
    case 'lost':
    case 'not_sent':
      return result.reason;
    case 'out_of_memory':
      return 'it is out of memory; give it more with maxmemory';
    case 'wrong_epoch':
      return `it is in epoch ${result.epoch}; another recovery was started`;
    case 'rolled_back':
      return 'it lost what was just written';
  }
}
