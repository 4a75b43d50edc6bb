import { runCommand } from './failures.js';
import { createProgress } from './progress.js';
import { parseReplayOptions, REPLAY_HELP } from './replay/options.js';
import { formatReport, reportAsJson } from './replay/report.js';
import { runReplay } from './replay/run.js';
const EXIT_DIFFERS = 1;
const EXIT_INTERRUPTED = 130;
/** npm passes Ctrl-C on, and the terminal sends it too: only what comes later than this is a second one, which means now. */
const SAME_PRESS_MS = 500;
async function main() {
    const options = parseReplayOptions(process.argv.slice(2), Date.now());
    if (options === 'help') {
        process.stdout.write(REPLAY_HELP);
        return 0;
    }
    const stop = new AbortController();
    let firstAt = 0;
    const interrupt = () => {
        if (!stop.signal.aborted) {
            firstAt = Date.now();
            stop.abort(new Error('stopped by Ctrl-C'));
        }
        else if (Date.now() - firstAt > SAME_PRESS_MS)
            process.exit(EXIT_INTERRUPTED);
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const progress = createProgress(process.stderr, options.json);
    const result = await runReplay(options, { environment: process.env, progress, signal: stop.signal });
    process.stdout.write(options.json ? reportAsJson(result) : `\n${formatReport(result)}`);
    if (result.stopped)
        return EXIT_INTERRUPTED;
    return result.findings.length === 0 ? 0 : EXIT_DIFFERS;
}
await runCommand(main);
//# sourceMappingURL=replay.js.map