import { stopEverything } from '../../bench/children.js';
import { runBench } from '../../bench/main.js';

/** What was measured before Ctrl-C is printed still; whatever hangs then is not waited for. */
const LEAVE_WITHIN_MS = 10_000;

let isLeaving = false;
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second does not wait; what is started here ends with this process.
    if (isLeaving) process.exit(exitCode);
    isLeaving = true;
    process.exitCode = exitCode;
    void stopEverything().finally(() => setTimeout(() => process.exit(exitCode), LEAVE_WITHIN_MS).unref());
  });
}

try {
  const exitCode = await runBench(process.argv.slice(2));
  process.exitCode ??= exitCode;
} catch (error) {
  // After Ctrl-C everything under measurement goes away; what fails then is no news.
  if (!isLeaving) throw error;
}
