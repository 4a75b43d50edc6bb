import { stopEngines } from '../../loadtest/engine.js';
import { runLoadtest } from '../../loadtest/main.js';
import { runCommand } from './failures.js';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
const interrupted = new AbortController();
let exitCode: number | undefined;
for (const [signal, code] of Object.entries(EXIT_CODES)) {
  process.once(signal, () => {
    exitCode = code;
    process.stderr.write('\nEnding everything that was started…\n');
    interrupted.abort(new Error('stopped'));
    void stopEngines().finally(() => process.exit(code));
  });
}

await runCommand(async () => {
  try {
    return await runLoadtest(process.argv.slice(2), interrupted.signal);
  } catch (error) {
    // After Ctrl-C what runs is taken away; what fails of that is no news.
    if (exitCode !== undefined) return exitCode;
    throw error;
  }
});
