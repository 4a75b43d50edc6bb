import { stopEverything } from '../../bench/children.js';
import { runFuzz } from '../../test/fuzz/main.js';
import { runCommand } from './failures.js';

let isLeaving = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first lets the inputs under way come to their end and reports; the second does not wait.
    if (isLeaving) void stopEverything().finally(() => process.exit(130));
    isLeaving = true;
  });
}

await runCommand(() => runFuzz(process.argv.slice(2), () => isLeaving));
