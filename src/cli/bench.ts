import { runBench } from '../../bench/main.js';

// Ctrl-C goes to the whole group; without this the private stores would be left to their own exit hooks half way.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

process.exitCode = await runBench(process.argv.slice(2));
