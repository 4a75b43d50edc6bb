import { setTimeout as delay } from 'node:timers/promises';
import { Operations } from './operations.js';
import { residentBytes } from './processor-time.js';
import { startStack } from './stack.js';
import { Stores } from './stores.js';
const SALE = { total: 100_000_000, buyerLimit: 5, holdTtlMs: 3_600_000 };
const PREFIX = 'memory-';
const STEP_SECONDS = 2;
const STEPS_MAX = 500;
const SETTLE_MS = 300;
const DRAIN_LIMIT_SECONDS = 120;
// Buyers are many against holds, so that nearly every hold has a buyer's record to itself: the dear case.
const BUYERS = 100_000_000;
/** Sells over HTTP until there are so many live holds, and weighs both sides. */
export async function measureMemory(options, client) {
    // Redis frees and rewrites on its own; used_memory counts data only, so neither disturbs the figure.
    const stack = await startStack({ shards: options.shards, profile: options.profile });
    const stores = new Stores(stack.redisUrl, stack.databaseUrl);
    try {
        const operations = new Operations(stack.operationsUrl);
        await operations.define(`${PREFIX}000000`, SALE);
        await delay(SETTLE_MS);
        const engineBytesIdle = residentBytes(stack.enginePid);
        const before = await stores.memory();
        const sell = seller(options, client, stack, operations);
        const holds = await sell(options.holds);
        const after = await stores.memory();
        const byKey = new Map([...(await stores.memoryByKey())].map(([kind, bytes]) => [kind, bytes / holds]));
        const engineHolds = await sell(options.engineHolds);
        await stores.drainSeconds(DRAIN_LIMIT_SECONDS);
        return {
            holds,
            bytesPerHold: (after.usedBytes - before.usedBytes) / holds,
            eventBytesPerHold: (after.streamBytes - before.streamBytes) / holds,
            byKey,
            engineHolds,
            engineBytesIdle,
            engineBytes: residentBytes(stack.enginePid),
        };
    }
    finally {
        await stores.close();
        await stack.stop();
    }
}
/** Answers a function that sells until at least `wanted` holds live, and says how many do. */
function seller(options, client, stack, operations) {
    let step = 0;
    return async (wanted) => {
        let held = await operations.unitsHeld(PREFIX);
        for (; held < wanted; step += 1) {
            if (step === STEPS_MAX)
                throw new Error(`only ${held} holds after ${step * STEP_SECONDS} s of load`);
            await client.run({
                url: stack.storefrontUrl,
                path: '/v1/holds',
                skuPrefix: PREFIX,
                skus: 1,
                tag: `memory-${step}`,
                buyers: BUYERS,
                seconds: STEP_SECONDS,
                connections: options.connections,
                threads: options.threads,
            });
            held = await operations.unitsHeld(PREFIX);
        }
        return held;
    };
}
export function memoryGates(figures) {
    return [
        { target: 'bytesPerHold', value: figures.bytesPerHold },
        { target: 'engineMegabytes', value: figures.engineBytes / 1e6 },
    ];
}
//# sourceMappingURL=memory.js.map