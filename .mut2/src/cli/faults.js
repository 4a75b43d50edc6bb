import { runFaults } from '../../test/faults/main.js';
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };
const interrupted = new AbortController();
let exitCode;
for (const [signal, code] of Object.entries(EXIT_CODES)) {
    process.once(signal, () => {
        exitCode = code;
        process.stderr.write('\nEnding everything that was started…\n');
        interrupted.abort();
    });
}
try {
    process.exitCode = await runFaults(process.argv.slice(2), interrupted.signal);
}
catch (error) {
    // After Ctrl-C what runs is taken away; what fails of that is no news.
    if (exitCode === undefined)
        throw error;
}
process.exit(exitCode ?? process.exitCode);
//# sourceMappingURL=faults.js.map