import { setTimeout as delay } from 'node:timers/promises';
import { Operations, skuName } from './operations.js';
import { Prober } from './prober.js';
import { startStack } from './stack.js';
const EXPIRY_SKUS = 32;
const EXPIRY_TTL_MS = 1500;
const OPENING_SKUS = 32;
const OPENING_LEAD_MS = 2000;
/** Probes begin this long before the moment and end this long after it. */
const PROBE_BEFORE_MS = 300;
const PROBE_AFTER_MS = 3000;
/** Between two probes of one SKU: probing at full speed would not be "at rest". */
const PROBE_PAUSE_MS = 2;
const LOAD_SECONDS = 12;
const LOAD_WARM_UP_MS = 3000;
const SETTLE_MS = 300;
/**
 * Probes the promises about time from outside, as a buyer would: by asking for the unit again and again. All clocks are this
 * machine's one clock, which Redis and the engine use too.
 */
export async function measureDeadlines(options, client) {
    const stack = await startStack({ shards: options.shards, profile: options.profile });
    try {
        const operations = new Operations(stack.operationsUrl);
        const expiryRestMs = await measureExpiry('rest-', stack, operations);
        const opening = await measureOpening(stack, operations);
        const expiryLoadMs = await underLoad(options, client, stack, operations, () => measureExpiry('load-', stack, operations));
        return { expiryRestMs, expiryLoadMs, openingMs: opening.lateMs, earlySales: opening.early };
    }
    finally {
        await stack.stop();
    }
}
async function underLoad(options, client, stack, operations, action) {
    await operations.define('busy-000000', { total: 100_000_000, buyerLimit: 5, holdTtlMs: 600_000 });
    const load = client.run({
        url: stack.storefrontUrl,
        path: '/v1/holds',
        skuPrefix: 'busy-',
        skus: 1,
        tag: 'busy-load',
        buyers: 1_000_000,
        seconds: LOAD_SECONDS,
        connections: options.connections,
        threads: options.threads,
    });
    await delay(LOAD_WARM_UP_MS);
    const result = await action();
    await load;
    return result;
}
/** Sells the only unit of each SKU, then asks for it until another buyer gets it. */
async function measureExpiry(prefix, stack, operations) {
    await operations.defineMany(prefix, EXPIRY_SKUS, { total: 1, buyerLimit: 1, holdTtlMs: EXPIRY_TTL_MS });
    await delay(SETTLE_MS);
    const prober = new Prober(stack.storefrontUrl);
    try {
        return await Promise.all(Array.from({ length: EXPIRY_SKUS }, async (_, index) => {
            const sku = skuName(prefix, index);
            const first = await prober.hold(sku, 'first-buyer');
            if (first.status !== 201 || first.expiresAt === undefined) {
                throw new Error(`the first hold of ${sku} answered ${first.status}`);
            }
            const deadline = first.expiresAt;
            await delay(Math.max(0, deadline - PROBE_BEFORE_MS - Date.now()));
            for (let attempt = 0;; attempt += 1) {
                const probe = await prober.hold(sku, `buyer-${attempt}`);
                if (probe.status === 201)
                    return probe.answeredAt - deadline;
                if (Date.now() > deadline + 10 * PROBE_AFTER_MS)
                    throw new Error(`${sku} never came back on sale`);
                await delay(PROBE_PAUSE_MS);
            }
        }));
    }
    finally {
        prober.close();
    }
}
/** Asks for stock before, at and after `opensAt`: early successes are counted, and how long the last refusal came after it. */
async function measureOpening(stack, operations) {
    const opensAt = Date.now() + OPENING_LEAD_MS;
    const rules = {
        total: 1_000_000,
        buyerLimit: 0,
        holdTtlMs: 600_000,
        opensAt: new Date(opensAt).toISOString(),
    };
    await operations.defineMany('opening-', OPENING_SKUS, rules);
    const prober = new Prober(stack.storefrontUrl);
    let early = 0;
    try {
        await delay(Math.max(0, opensAt - PROBE_BEFORE_MS - Date.now()));
        const lateMs = await Promise.all(Array.from({ length: OPENING_SKUS }, async (_, index) => {
            let lastRefusedMs = 0;
            let sold = false;
            for (let attempt = 0; Date.now() < opensAt + PROBE_AFTER_MS / 3; attempt += 1) {
                const probe = await prober.hold(skuName('opening-', index), `buyer-${attempt}`);
                if (probe.status === 201) {
                    sold = true;
                    if (probe.answeredAt < opensAt)
                        early += 1;
                }
                else
                    lastRefusedMs = Math.max(lastRefusedMs, probe.askedAt - opensAt);
                await delay(PROBE_PAUSE_MS);
            }
            if (!sold)
                throw new Error(`${skuName('opening-', index)} did not open`);
            return Math.max(0, lastRefusedMs);
        }));
        return { lateMs, early };
    }
    finally {
        prober.close();
    }
}
export function deadlineGates(figures) {
    return [
        { target: 'expiryRestMs', value: Math.max(...figures.expiryRestMs) },
        { target: 'expiryLoadMs', value: Math.max(...figures.expiryLoadMs) },
        { target: 'openingMs', value: Math.max(...figures.openingMs) },
        { target: 'earlySales', value: figures.earlySales },
    ];
}
//# sourceMappingURL=deadlines.js.map