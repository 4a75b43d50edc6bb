import { readFileSync, renameSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/**
 * Loaded into every thread of an engine by `NODE_OPTIONS=--import=…`, so that the engine under test is the one that ships: it has
 * no hooks for this. Each thread looks for the file that FAULT_FILE names; the one that is meant takes it away and breaks.
 */
export type FaultyThread = 'gateway' | 'shard' | 'ledger';
export type ThreadFault = 'throw' | 'out_of_memory' | 'loop';

export interface ThreadFaultRequest {
  readonly thread: FaultyThread;
  readonly fault: ThreadFault;
}

/** Environment variable with the path of the file. */
export const FAULT_FILE = 'HOLDFAST_FAULT_FILE';
/** Added to its name once a thread has taken it and is about to break. */
export const TAKEN = '.taken';

const LOOK_MS = 10;

function thisThread(): FaultyThread | undefined {
  if (isMainThread) return 'gateway';
  const data = workerData as { readonly kind?: unknown; readonly databaseUrl?: unknown } | null;
  if (data?.kind === 'holdfast-shard') return 'shard';
  return data?.databaseUrl === undefined ? undefined : 'ledger';
}

function breakNow(fault: ThreadFault): void {
  switch (fault) {
    case 'throw':
      throw new Error('a fault of the harness');
    case 'loop':
      for (;;);
    case 'out_of_memory': {
      const hoard: number[][] = [];
      for (;;) hoard.push(new Array<number>(100_000).fill(1.5));
    }
  }
}

/** Nothing while there is no file, while it is being written, and when another thread has just taken it. */
function take(file: string, thread: FaultyThread): ThreadFault | undefined {
  try {
    const request = JSON.parse(readFileSync(file, 'utf8')) as ThreadFaultRequest;
    if (request.thread !== thread) return undefined;
    renameSync(file, file + TAKEN);
    return request.fault;
  } catch {
    return undefined;
  }
}

const file = process.env[FAULT_FILE];
const thread = thisThread();
if (file !== undefined && thread !== undefined) {
  const look = (): void => {
    const fault = take(file, thread);
    if (fault !== undefined) breakNow(fault);
  };
  setInterval(look, LOOK_MS).unref();
}
