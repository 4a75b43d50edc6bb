import { runCommand } from './failures.js';
import { createProgress } from './progress.js';
import { parseReplayOptions, REPLAY_HELP } from './replay/options.js';
import { formatReport, reportAsJson } from './replay/report.js';
import { runReplay } from './replay/run.js';

const EXIT_DIFFERS = 1;
const EXIT_INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseReplayOptions(process.argv.slice(2), Date.now());
  if (options === 'help') {
    process.stdout.write(REPLAY_HELP);
    return 0;
  }
  const stop = new AbortController();
  const interrupt = (): void => {
    // The second Ctrl-C means now.
    if (stop.signal.aborted) process.exit(EXIT_INTERRUPTED);
    stop.abort(new Error('stopped by Ctrl-C'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const progress = createProgress(process.stderr, options.json);
  const result = await runReplay(options, { environment: process.env, progress, signal: stop.signal });
  process.stdout.write(options.json ? reportAsJson(result) : `\n${formatReport(result)}`);
  if (result.stopped) return EXIT_INTERRUPTED;
  return result.findings.length === 0 ? 0 : EXIT_DIFFERS;
}

await runCommand(main);
