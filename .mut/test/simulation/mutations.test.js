import t, {} from 'tap';
import { leftovers } from '../support/leftovers.js';
import { PrivateCopy } from './mutation-copy.js';
import { MUTATIONS } from './mutations.js';
/** Seeds in which a safeguard must be missed; most are within the first ten. */
const SEEDS = Array.from({ length: 250 }, (_, index) => index + 1);
const LIMIT_MS = 150_000;
/** As many as there are cores to count on. */
const AT_ONCE = 2;
async function simulate(t, changes, seeds, aim, rules) {
    const copy = new PrivateCopy(t, changes);
    try {
        const script = 'dist/test/simulation/mutation-run.js';
        const { code, output } = await copy.run(script, [seeds.join(), aim, ...rules], {}, LIMIT_MS);
        if (code !== 0)
            throw new Error(`the simulator ended with ${code}: ${output.slice(-2000)}`);
        return JSON.parse(output.trim().split('\n').at(-1));
    }
    finally {
        copy.remove();
    }
}
/** Green with the safeguard, red without: on the same seed, with the same faults. */
async function check(t, { safeguard, changes, caughtBy, aim = '' }) {
    const { caught, others } = await simulate(t, changes, SEEDS, aim, caughtBy);
    if (caught === undefined) {
        t.fail(`${safeguard}: missed in ${SEEDS.length} seeds`, { others });
        return;
    }
    const { caught: broken } = await simulate(t, [], [caught.seed], aim, []);
    const command = `npm run simulate -- --seed ${caught.seed}${aim === '' ? '' : ` --fault "${aim}"`}`;
    t.equal(broken, undefined, `${safeguard}: "${caught.rule}" breaks, and does not with it in place (${command})`);
}
leftovers(t);
t.test('without one of its safeguards the simulator turns red', { timeout: 0 }, async (t) => {
    const waiting = [...MUTATIONS];
    async function work() {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            try {
                await check(t, next);
            }
            catch (error) {
                t.fail(`${next.safeguard}: ${error instanceof Error ? error.message : String(error)}`);
            }
        }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
});
t.test('a mutation whose text is gone says so', async (t) => {
    const change = { file: 'dist/src/actors/actor.js', from: 'no such text', to: '' };
    t.throws(() => new PrivateCopy(t, [change]), { name: 'StaleMutation', message: /actor\.js.*0 times/ });
});
//# sourceMappingURL=mutations.test.js.map