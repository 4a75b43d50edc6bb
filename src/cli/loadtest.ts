import { stopEngines } from '../../loadtest/engine.js';
import { runLoadtest } from '../../loadtest/main.js';
import { runCommand } from './failures.js';

const EXIT_INTERRUPTED = 130;
/** npm passes Ctrl-C on, and the terminal sends it too: only what comes later than this is a second one, which means now. */
const SAME_PRESS_MS = 500;

const interrupted = new AbortController();
let firstAt = 0;

function interrupt(): void {
  if (!interrupted.signal.aborted) {
    firstAt = performance.now();
    process.stderr.write(
      '\nEnding the load, and comparing what was sold so far. Once more to end everything now.\n',
    );
    interrupted.abort();
  } else if (performance.now() - firstAt > SAME_PRESS_MS) {
    void stopEngines().finally(() => process.exit(EXIT_INTERRUPTED));
  }
}

// SIGHUP: the terminal was closed. What was started is in sessions of its own, and would go on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

await runCommand(async () => {
  const code = await runLoadtest(process.argv.slice(2), interrupted.signal);
  return interrupted.signal.aborted ? EXIT_INTERRUPTED : code;
});
