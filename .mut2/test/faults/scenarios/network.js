import { setTimeout as passing } from 'node:timers/promises';
import { startProxy } from '../../support/proxy.js';
import { until } from '../../support/until.js';
import { fewRounds, mended, Operator, sellsOn } from './operator.js';
const proxies = new WeakMap();
/** The engine's way to Redis leads through a proxy; ours does not. */
function behindProxy() {
    return {
        between: async (stack) => {
            const proxy = await startProxy(stack.redis.port);
            proxies.set(stack, proxy);
            stack.atEnd(() => proxy.close());
            return { REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
        },
    };
}
function proxyOf(round) {
    return proxies.get(round.stack);
}
const latency = (milliseconds) => ({
    kind: 'latency',
    requestsMs: milliseconds / 2,
    repliesMs: milliseconds / 2,
});
const FAULT_MS = 3000;
/** Slow is not down: it sells on, and nobody is told that it does not. */
function slow(milliseconds) {
    return {
        name: `redis-slow-${milliseconds}`,
        title: `${milliseconds} ms more to Redis and back`,
        stack: behindProxy,
        rounds: fewRounds,
        strike: async (round) => {
            const proxy = proxyOf(round);
            const operator = new Operator(round);
            round.fault();
            proxy.inject(latency(milliseconds));
            const before = round.load.counts();
            await sellsOn(round, 2 * round.options.connections, `with ${milliseconds} ms to Redis and back`);
            if (!(await operator.readiness()).ready)
                round.broken('/readyz called a slow Redis down');
            const unknown = round.load.counts().outcomeUnknown - before.outcomeUnknown;
            if (unknown > 0)
                round.broken(`${unknown} outcomes were unknown, though every reply came in time`);
            proxy.heal();
            await mended(round);
        },
    };
}
/** Nothing can be sold: it is said at once, and every outcome that nobody knows is found out after. */
function broken(name, title, fault, isAtWork) {
    return {
        name,
        title,
        stack: behindProxy,
        rounds: fewRounds,
        strike: async (round) => {
            const proxy = proxyOf(round);
            const operator = new Operator(round);
            const logged = operator.log().length;
            const before = isAtWork(proxy);
            round.fault();
            proxy.inject(fault);
            try {
                await until(() => isAtWork(proxy) > before, { what: `${name} at work` });
                await operator.seesDown('redis');
                // Longer than a request has, so that some end as `outcome_unknown`.
                await passing(FAULT_MS);
            }
            finally {
                proxy.heal();
            }
            await mended(round);
            await operator.seesInLog('Not ready: a dependency is down', logged);
            await operator.seesReady();
            round.figure('outcome_unknown', round.load.counts().outcomeUnknown);
        },
    };
}
export const NETWORK = [
    slow(50),
    slow(400),
    broken('redis-replies-lost', `Replies of Redis vanish for ${FAULT_MS / 1000} s: everything asked is done, nobody hears of it`, { kind: 'cut', direction: 'replies' }, (proxy) => proxy.counters.lostBytes),
    broken('redis-requests-lost', `Requests to Redis vanish for ${FAULT_MS / 1000} s`, { kind: 'cut', direction: 'requests' }, (proxy) => proxy.counters.lostBytes),
    broken('redis-reset-mid-reply', `Connections to Redis are reset in the middle of a reply, again and again for ${FAULT_MS / 1000} s`, { kind: 'reset_mid_reply' }, (proxy) => proxy.counters.resets),
];
//# sourceMappingURL=network.js.map