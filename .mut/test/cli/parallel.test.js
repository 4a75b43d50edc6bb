import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { inParallel } from '../../src/cli/parallel.js';
t.test('starts in order, at most so many at once, and does all', async (t) => {
    const started = [];
    let [running, most] = [0, 0];
    await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
        started.push(item);
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
    });
    t.same(started, [1, 2, 3, 4, 5, 6, 7]);
    t.equal(most, 3);
});
t.test('the first error stops the rest, after what runs has ended', async (t) => {
    const ended = [];
    const run = inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
        await setImmediate();
        if (item === 2)
            throw new Error('two');
        await setImmediate();
        ended.push(item);
    });
    await t.rejects(run, { message: 'two' });
    t.ok(ended.includes(1) && !ended.includes(6), `ended: ${ended}`);
});
//# sourceMappingURL=parallel.test.js.map