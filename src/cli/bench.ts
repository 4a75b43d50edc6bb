import { runBench } from '../../bench/main.js';
import { stopEverything } from '../../bench/stack.js';

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    void stopEverything().finally(() => process.exit(exitCode));
  });
}

process.exitCode = await runBench(process.argv.slice(2));
