import { setTimeout as passing } from 'node:timers/promises';
import { now } from '../load/counts.js';
import { fewRounds, mended, Operator } from './operator.js';
/** Under the 2 s a request has, and over the 0.8 s of one call: what is lost on the way is asked again in time. */
const BRIEF_MS = 1200;
const LONG_MS = 5000;
const LOOK_MS = 50;
/** What commands that wait, their answers and the garbage of refusals may take; more would grow with the length of the outage. */
const GROWTH_BYTES_MAX = 256 * 1024 ** 2;
export const REDIS_HANGS = [
    {
        name: 'redis-frozen-briefly',
        title: `Redis stands still for ${BRIEF_MS / 1000} s (SIGSTOP), less than a request has`,
        rounds: fewRounds,
        strike: async (round) => {
            await freeze(round, BRIEF_MS);
        },
    },
    {
        name: 'redis-frozen',
        title: `Redis stands still for ${LONG_MS / 1000} s (SIGSTOP), more than a request has`,
        rounds: fewRounds,
        strike: async (round) => {
            const operator = new Operator(round);
            const before = round.load.counts().outcomeUnknown;
            const logged = operator.log().length;
            await freeze(round, LONG_MS, async () => {
                await operator.seesDown('redis');
                await operator.seesMetric('holdfast_ready', {}, 0);
            });
            await operator.seesInLog('Not ready: a dependency is down', logged);
            await operator.seesReady();
            round.figure('outcome_unknown', round.load.counts().outcomeUnknown - before);
        },
    },
];
/** The length of a freeze is the fault itself, so it is a wait by the clock. */
async function freeze(round, lengthMs, meanwhile) {
    const operator = new Operator(round);
    const { redis } = round.stack;
    const begun = operator.memoryBytes();
    let peak = begun;
    round.fault();
    await redis.kill('SIGSTOP');
    try {
        const end = now() + lengthMs;
        await meanwhile?.();
        while (now() < end) {
            peak = Math.max(peak, operator.memoryBytes());
            await passing(Math.min(LOOK_MS, Math.max(1, end - now())));
        }
    }
    finally {
        await redis.kill('SIGCONT');
    }
    await mended(round);
    peak = Math.max(peak, operator.memoryBytes());
    if (peak - begun > GROWTH_BYTES_MAX)
        round.broken(`the engine grew by ${Math.round((peak - begun) / 1024 ** 2)} MiB while Redis stood still`);
}
//# sourceMappingURL=redis-hangs.js.map