import t, {} from 'tap';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase, SHARED_POSTGRES_VARIABLE } from '../support/postgres.js';
import { PrivateCopy } from './mutation-copy.js';
import { SCRIPT_MUTATIONS } from './script-mutations.js';
const LIMIT_MS = 60_000;
/** As many as there are cores to count on. */
const AT_ONCE = 2;
leftovers(t);
async function compare(t, test, changes, postgres) {
    const copy = new PrivateCopy(t, changes);
    const environment = {
        // Shrinking a failure would take longer than finding it.
        HOLDFAST_PROPERTY_END: 'first',
        HOLDFAST_PROPERTY_SEED: '7',
        [SHARED_POSTGRES_VARIABLE]: postgres,
        TAP_TIMEOUT: String(LIMIT_MS / 1000),
    };
    const run = await copy.run(`dist/test/${test}.test.js`, [], environment, LIMIT_MS);
    copy.remove();
    return run;
}
t.test('a script or statement without one of its rules is told from its model', { timeout: 0 }, async (t) => {
    const postgres = await freshDatabase(t);
    for (const test of ['stock/properties', 'simulation/ledger-model']) {
        const { code, output } = await compare(t, test, [], postgres);
        t.equal(code, 0, `${test} is green as long as nothing is taken out`) || t.comment(output);
    }
    const waiting = [...SCRIPT_MUTATIONS];
    async function work() {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const { safeguard, change, test } = next;
            const { code, output } = await compare(t, test, [change], postgres);
            const lives = /Property failed after (\d+) tests/.exec(output)?.[1];
            t.ok(code !== 0 && lives !== undefined, `${safeguard}: told after ${lives} lives`);
            if (lives === undefined)
                t.comment(`${change.file}: exit code ${code}\n${output.slice(-2000)}`);
        }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
});
//# sourceMappingURL=script-mutations.test.js.map