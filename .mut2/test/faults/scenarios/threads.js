import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';
import { FAULT_FILE, TAKEN } from '../thread-fault.js';
const PRELOAD = new URL('../thread-fault.js', import.meta.url).href;
/** Small, so that a thread fills its heap in a moment and not the machine's memory. */
const HEAP_MB = 384;
const TAKEN_LIMIT_MS = 5000;
export const THREADS = [
    shard('throw', 'a shard thread throws'),
    shard('out_of_memory', 'a shard thread runs out of memory'),
    shard('loop', 'a shard thread loops for ever'),
    {
        name: 'gateway-throws',
        title: 'an uncaught exception in the gateway’s thread: the engine ends itself',
        stack: faultable,
        strike: async (round) => {
            const { lives } = round.stack.engine;
            await breakThread(round, 'gateway', 'throw');
            await round.stack.engine.ready(lives + 1);
        },
    },
    {
        name: 'ledger-throws',
        title: 'the ledger’s thread throws',
        stack: faultable,
        // Its restarts come later each time: it has all the time there is.
        roundsPerStack: 2,
        strike: async (round) => staysUp(round, () => breakThread(round, 'ledger', 'throw')),
    },
];
function shard(fault, title) {
    return {
        name: `shard-${fault.replaceAll('_', '-')}`,
        title,
        stack: faultable,
        // A thread that keeps dying is started later each time; what is measured here is one death.
        roundsPerStack: 2,
        strike: async (round) => staysUp(round, () => breakThread(round, 'shard', fault)),
    };
}
function faultable() {
    return {
        between: async (stack) => ({
            NODE_OPTIONS: `--import=${PRELOAD} --max-old-space-size=${HEAP_MB}`,
            [FAULT_FILE]: faultFile(stack),
        }),
    };
}
function faultFile({ directory }) {
    return join(directory, 'fault.json');
}
async function breakThread(round, thread, fault) {
    const file = faultFile(round.stack);
    rmSync(file + TAKEN, { force: true });
    writeFileSync(`${file}.new`, JSON.stringify({ thread, fault }));
    round.fault();
    // Whole or not at all: the threads look for it all the time.
    renameSync(`${file}.new`, file);
    await until(() => existsSync(file + TAKEN), {
        timeoutMs: TAKEN_LIMIT_MS,
        pollMs: 2,
        what: 'taken by the thread',
    });
    round.mended();
}
/** A thread of the engine dies alone. */
async function staysUp(round, hurt) {
    const { engine } = round.stack;
    const pid = engine.pid;
    await hurt();
    await until(() => round.load.timeline.firstAcceptedAfter(round.mendedAt) !== undefined, {
        timeoutMs: 60_000,
    }).catch(() => undefined);
    if (engine.pid !== pid)
        round.broken('the whole engine ended with one of its threads');
}
//# sourceMappingURL=threads.js.map