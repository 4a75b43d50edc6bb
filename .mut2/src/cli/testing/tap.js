import { setTimeout as delay } from 'node:timers/promises';
import { Parser } from 'tap-parser';
/** How long output may still be on its way after its process ended. */
const LAST_OUTPUT_MS = 500;
/** Reads a file's TAP until it ends, or until a moment after `exited` where something else holds the output open. */
export async function readTap(tap, exited) {
    const parser = new Parser();
    const failures = [];
    const counted = countInto(parser, failures);
    const complete = new Promise((resolve) => {
        parser.once('complete', () => resolve());
    });
    tap.pipe(parser);
    await Promise.race([complete, exited.then(() => delay(LAST_OUTPUT_MS))]);
    tap.unpipe(parser);
    tap.destroy();
    parser.end();
    const { passed, skipped } = counted();
    return { passed, skipped, failures };
}
/**
 * A subtest ends in a test point of its parent that repeats its outcome. That point counts only where nothing inside
 * it says the same already: a subtest without assertions that passed, or one that failed by crashing.
 */
function countInto(parser, failures) {
    const children = [];
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    parser.on('child', (child) => children.push(countInto(child, failures)));
    parser.on('assert', (result) => {
        if (result.skip)
            skipped += 1;
        if (result.skip || result.todo)
            return;
        const within = result.closingTestPoint ? children.at(-1)?.() : undefined;
        if (result.ok)
            passed += within === undefined || within.passed === 0 ? 1 : 0;
        else if (within === undefined || within.failed === 0) {
            failed += 1;
            failures.push(result);
        }
    });
    return () => {
        const total = { passed, failed, skipped };
        for (const child of children) {
            const within = child();
            total.passed += within.passed;
            total.failed += within.failed;
            total.skipped += within.skipped;
        }
        return total;
    };
}
//# sourceMappingURL=tap.js.map