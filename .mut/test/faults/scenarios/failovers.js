import { join } from 'node:path';
import { startRedis } from '../../../src/services/redis.js';
import { startForwarder } from '../../support/forwarder.js';
import { startProxy } from '../../support/proxy.js';
import { isFollowing, promote, replicaOfPort, SYNC_AT_ONCE } from '../../support/replica.js';
import { until } from '../../support/until.js';
import { fewRounds, mended, Operator, sellsOn } from './operator.js';
import { judgeControl } from './power-cuts.js';
import { sellsNothing } from './redis-files.js';
/** Holds that the replica does not get. */
const LATER_HOLDS = 500;
const pairs = new WeakMap();
/** A primary with one replica, and an engine that waits for so many of them. */
function withReplica(replicas) {
    return {
        redis: { extra: SYNC_AT_ONCE },
        environment: { STOCK_REPLICAS: String(replicas) },
        between: async (stack) => {
            const replication = await startProxy(stack.redis.port);
            stack.atEnd(() => replication.close());
            const replica = await startReplica(stack, 'replica', replication.port);
            const address = await startForwarder(stack.redis.port);
            stack.atEnd(() => address.close());
            pairs.set(stack, { replica, replication, address });
            return { REDIS_URL: `redis://127.0.0.1:${address.port}` };
        },
    };
}
async function startReplica(stack, name, port) {
    const replica = await startRedis({ directory: join(stack.directory, name), extra: replicaOfPort(port) });
    stack.atEnd(() => replica.stop());
    await isFollowing(replica);
    return replica;
}
/** The primary is dead: what the replica has is all there is. */
async function takeOver({ stack }) {
    const { replica, address } = pairs.get(stack);
    await promote(replica);
    stack.promoted(replica);
    address.pointAt(replica.port);
}
export const FAILOVERS = [
    {
        name: 'failover',
        title: 'Redis fails over to a replica that lags behind, without `STOCK_REPLICAS`; must lose, and the engine must say so',
        rounds: fewRounds,
        stack: () => withReplica(0),
        roundsPerStack: 1,
        recovers: false,
        isControl: true,
        strike: async (round) => {
            pairs.get(round.stack).replication.inject({ kind: 'cut', direction: 'replies' });
            await sellsOn(round, LATER_HOLDS, 'while its replica was cut off');
            round.fault();
            await round.stack.redis.kill('SIGKILL');
            // Then the last answers of the old primary are out, and whatever is sold later is sold by the new one.
            await new Operator(round).seesDown('redis');
            round.mended();
            await sellsNothing(round, () => takeOver(round));
        },
        judge: async (finished) => {
            const verdict = await judgeControl(finished);
            const { round } = finished;
            round.figure('acknowledged holds missing', verdict.missing);
            if (verdict.missing > 0)
                return verdict;
            return {
                ...verdict,
                broken: [...verdict.broken, 'nothing was lost: this harness is blind to failovers'],
            };
        },
    },
    {
        name: 'failover-replicated',
        title: 'Redis fails over to a replica that was cut off, with `STOCK_REPLICAS=1`',
        rounds: fewRounds,
        stack: () => withReplica(1),
        roundsPerStack: 1,
        strike: async (round) => {
            const { stack } = round;
            const { replica, replication } = pairs.get(stack);
            const operator = new Operator(round);
            round.fault();
            replication.inject({ kind: 'cut', direction: 'replies' });
            await operator.sees('replicas are missing', ({ ready, dependencies: { redis } }) => ready && redis?.state === 'degraded' && /0 of 1 replicas/.test(redis.detail));
            // The primary has done what nobody may count on.
            await until(() => round.load.counts().outcomeUnknown > 0, {
                timeoutMs: 15_000,
                what: 'an answer that says so',
            });
            await stack.redis.kill('SIGKILL');
            await takeOver(round);
            // One that waits for a replica sells only when it has one again.
            await startReplica(stack, 'next-replica', replica.port);
            await mended(round);
            await operator.seesReady();
            round.figure('outcome_unknown', round.load.counts().outcomeUnknown);
        },
    },
];
//# sourceMappingURL=failovers.js.map