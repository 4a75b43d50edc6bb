import { setTimeout as delay } from 'node:timers/promises';
import { SETTINGS } from '../src/settings.js';
import { Operations } from './operations.js';
import { startEcho, startStack } from './stack.js';
import { StageClock } from './stages.js';
import { Stores } from './stores.js';
/** What is measured in each round, in this order; every second round goes backwards, so that drift hits all alike. */
export const MEASURES = ['echo', 'accepted', 'echo sold out', 'sold out', '10,000 SKUs'];
const MANY_SKUS = 10_000;
const MANY_PREFIX = 'many-';
const SOLD_OUT_PREFIX = 'gone-';
const BUYERS = 1_000_000;
const DRAIN_LIMIT_SECONDS = 120;
const SETTLE_MS = 300;
const WARM_UP_SECONDS = 3;
/** A sale as hard as the issue asks: buyer limit, deadline and events on, far more stock than one round can sell. */
const SALE = { total: 100_000_000, buyerLimit: 5, holdTtlMs: 600_000 };
/** Interleaved rounds of all measures. `report` is called with each figure as it comes. */
export async function measureThroughput(options, client, report) {
    const echo = await startEcho();
    const stack = await startStack({ shards: options.shards, profile: options.profile }).catch(async (error) => {
        await echo.stop();
        throw error;
    });
    const bench = new ThroughputBench(options, client, stack, echo.url);
    try {
        await bench.prepare();
        const measurements = [];
        for (let round = 1; round <= options.rounds; round += 1) {
            const order = round % 2 === 1 ? MEASURES : [...MEASURES].reverse();
            for (const measure of order) {
                const measurement = await bench.measure(measure, round);
                measurements.push(measurement);
                report(measurement);
            }
        }
        return measurements;
    }
    finally {
        await bench.close();
        await stack.stop();
        await echo.stop();
    }
}
class ThroughputBench {
    #options;
    #client;
    #stack;
    #echoUrl;
    #operations;
    #stores;
    #clock;
    #runs = 0;
    constructor(options, client, stack, echoUrl) {
        this.#options = options;
        this.#client = client;
        this.#stack = stack;
        this.#echoUrl = echoUrl;
        this.#operations = new Operations(stack.operationsUrl);
        this.#stores = new Stores(stack.redisUrl, stack.databaseUrl);
        this.#clock = new StageClock(stack, options.shards ?? SETTINGS.SHARDS.initial);
    }
    /** Defines what is sold and lets every process compile its hot path before anything counts. */
    async prepare() {
        await this.#operations.define(`${SOLD_OUT_PREFIX}000000`, { ...SALE, total: 0 });
        await this.#operations.defineMany(MANY_PREFIX, MANY_SKUS, SALE);
        for (const measure of MEASURES)
            await this.measure(measure, 0, WARM_UP_SECONDS);
        this.#clock.identify();
    }
    async measure(measure, round, seconds = this.#options.seconds) {
        switch (measure) {
            case 'echo':
            case 'echo sold out':
                return await this.#measureEcho(measure, round, seconds);
            case 'sold out':
                return await this.#measureSoldOut(round, seconds);
            case 'accepted': {
                const prefix = `hot-${round}-`;
                await this.#operations.define(`${prefix}000000`, SALE);
                return await this.#measureSelling(measure, round, seconds, prefix, 1);
            }
            case '10,000 SKUs':
                return await this.#measureSelling(measure, round, seconds, MANY_PREFIX, MANY_SKUS);
        }
    }
    async close() {
        await this.#stores.close();
    }
    async #measureEcho(measure, round, seconds) {
        const path = measure === 'echo' ? '/v1/holds' : '/sold-out/v1/holds';
        const result = await this.#client.run(this.#load(this.#echoUrl, path, SOLD_OUT_PREFIX, 1, seconds));
        const wanted = measure === 'echo' ? result.requests - result.statusErrors : result.statusErrors;
        return { ...figures(measure, round, result, wanted), disagreement: socketTrouble(result) };
    }
    async #measureSoldOut(round, seconds) {
        this.#clock.start();
        const load = this.#load(this.#stack.storefrontUrl, '/v1/holds', SOLD_OUT_PREFIX, 1, seconds);
        const result = await this.#client.run(load);
        return {
            ...figures('sold out', round, result, result.statusErrors),
            stages: perRequest(this.#clock.stop(), result),
            disagreement: socketTrouble(result),
        };
    }
    async #measureSelling(measure, round, seconds, prefix, skus) {
        // Opening a SKU reaches the board within a poll; the round must not begin before that.
        await delay(SETTLE_MS);
        const heldBefore = await this.#operations.unitsHeld(prefix);
        await this.#stores.resetStatistics();
        this.#clock.start();
        const load = this.#load(this.#stack.storefrontUrl, '/v1/holds', prefix, skus, seconds);
        const result = await this.#client.run(load);
        const stages = perRequest(this.#clock.stop(), result);
        const drainSeconds = await this.#stores.drainSeconds(DRAIN_LIMIT_SECONDS);
        const scripts = await this.#stores.scripts();
        const held = (await this.#operations.unitsHeld(prefix)) - heldBefore;
        const accepted = result.requests - result.statusErrors;
        return {
            ...figures(measure, round, result, accepted),
            stages,
            drainSeconds,
            redis: {
                holdsPerCall: held / scripts.calls,
                microsecondsPerHold: scripts.microseconds / held,
            },
            disagreement: socketTrouble(result) || countTrouble(accepted, held, this.#options.connections),
        };
    }
    #load(url, path, skuPrefix, skus, seconds) {
        this.#runs += 1;
        return {
            url,
            path,
            skuPrefix,
            skus,
            seconds,
            tag: `bench-${this.#runs}`,
            buyers: BUYERS,
            connections: this.#options.connections,
            threads: this.#options.threads,
        };
    }
}
function figures(measure, round, result, wanted) {
    return {
        measure,
        round,
        perSecond: wanted / result.seconds,
        otherShare: (result.requests - wanted) / Math.max(1, result.requests),
        p50Ms: result.p50Ms,
        p99Ms: result.p99Ms,
    };
}
function perRequest(times, result) {
    const all = new Map(times).set('load client', result.clientProcessorSeconds * 1e9);
    return new Map([...all].map(([stage, nanoseconds]) => [stage, nanoseconds / result.requests]));
}
function socketTrouble(result) {
    const trouble = result.socketErrors + result.timeouts;
    return trouble === 0 ? '' : `${result.socketErrors} socket errors, ${result.timeouts} timeouts`;
}
/** Holds taken for requests whose answers the client no longer waited for at the end: one a connection at most. */
function countTrouble(accepted, held, connections) {
    const extra = held - accepted;
    if (extra >= 0 && extra <= connections)
        return '';
    return `the client saw ${accepted} accepted, the engine holds ${held}`;
}
//# sourceMappingURL=throughput.js.map