import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Coverage } from './coverage.js';
import { runSeed } from './seeds.js';
/** Seeds a worker is given at a time: enough that the asking does not count, few enough that all end together. */
const CHUNK = 20;
/** Runs seeds in this process and answers the first that breaks a rule. */
export async function firstFailure({ from, count }) {
    for (let seed = from; seed < from + count; seed += 1) {
        const result = await runSeed(seed);
        if (result.violations.length > 0)
            return result;
    }
    return undefined;
}
/** Runs seeds in several processes. Rejects when one of them dies; ends all of them either way. */
export async function runSeeds(options) {
    const { from, count, workers = availableParallelism(), progress } = options;
    const coverage = new Coverage();
    const failures = [];
    let next = from;
    let done = 0;
    const take = () => {
        if (next >= from + count)
            return undefined;
        const span = { from: next, count: Math.min(CHUNK, from + count - next) };
        next += span.count;
        return span;
    };
    const children = Array.from({ length: Math.min(workers, Math.ceil(count / CHUNK)) }, () => fork(fileURLToPath(new URL('./worker.js', import.meta.url)), { execArgv: ['--enable-source-maps'] }));
    const received = (results) => {
        for (const result of results) {
            coverage.add(result.coverage);
            if (result.violations.length > 0)
                failures.push(result);
        }
        done += results.length;
        progress?.(done);
    };
    try {
        await Promise.all(children.map((child) => feed(child, take, received)));
    }
    finally {
        for (const child of children)
            child.kill();
    }
    failures.sort((left, right) => left.seed - right.seed);
    return { failures, coverage: coverage.counts, seeds: done };
}
/** Gives a worker one span after another until there is none. */
function feed(child, take, received) {
    return new Promise((resolve, reject) => {
        const give = () => {
            const span = take();
            if (span === undefined)
                resolve();
            else
                child.send(span);
        };
        child.on('message', (results) => {
            received(results);
            give();
        });
        child.once('error', reject);
        child.once('exit', (code, signal) => reject(new Error(`a worker of the simulator ended: ${code ?? signal}`)));
        give();
    });
}
//# sourceMappingURL=runner.js.map