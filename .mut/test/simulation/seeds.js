import { simulate } from './simulation.js';
/** What code under test threw where nobody caught it; in production that ends a thread. */
const uncaught = [];
let isListening = false;
function listen() {
    if (isListening)
        return;
    isListening = true;
    process.on('unhandledRejection', (reason) => uncaught.push(reason));
}
/** Runs one seed; an error that it throws is a broken rule like any other. */
export async function runSeed(seed, options = {}) {
    listen();
    let result;
    try {
        result = await simulate({ ...options, seed });
    }
    catch (error) {
        result = { seed, violations: [thrown(error)], hash: '', coverage: {}, milliseconds: 0, tasks: 0 };
    }
    // Rejections that nobody handles are told at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    const more = uncaught.splice(0).map(thrown);
    return more.length === 0 ? result : { ...result, violations: [...result.violations, ...more] };
}
function thrown(error) {
    return {
        at: 0,
        rule: 'nothing throws',
        what: error instanceof Error ? (error.stack ?? '') : String(error),
    };
}
//# sourceMappingURL=seeds.js.map