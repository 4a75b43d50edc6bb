import { stopEverything } from '../../bench/children.js';
import { runBench } from '../../bench/main.js';

let isLeaving = false;
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    isLeaving = true;
    void stopEverything().finally(() => process.exit(exitCode));
  });
}

try {
  process.exitCode = await runBench(process.argv.slice(2));
} catch (error) {
  // After Ctrl-C everything under measurement goes away; what fails then is no news.
  if (!isLeaving) throw error;
}
