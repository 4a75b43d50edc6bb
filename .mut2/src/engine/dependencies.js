import { StopReason } from '../domain/shared-state.js';
import { OK } from '../observe/health.js';
/** Tells `/readyz` where to look. Redis and the shards are needed to sell; the ledger may lag behind for a while. */
export function watchDependencies(health, { router, ledger, shared, weaknesses, memoryAlarmPercent }) {
    health.watch('redis', 'required', () => redisState(router));
    health.watch('shards', 'required', () => shardState(router));
    health.watch('stock_store', 'required', () => shared.hasStop(StopReason.StoreRolledBack)
        ? {
            state: 'down',
            detail: 'store_rolled_back: Redis lost acknowledged writes; give it its newest append-only file back and restart, or run `npm run recover`',
        }
        : OK);
    health.watch('ledger', 'degrading', () => ledgerState(ledger));
    health.watch('redis_memory', 'degrading', () => memoryState(ledger, shared, memoryAlarmPercent));
    health.watch('audit', 'degrading', () => auditState(ledger));
    health.watch('durability', 'degrading', () => durabilityState(weaknesses));
}
function redisState(router) {
    let state = OK;
    for (const { redis, shard } of router.status()) {
        if (redis.state === 'down')
            return { state: 'down', detail: `shard ${shard}: ${redis.reason}` };
        if (redis.state === 'connecting')
            return { state: 'down', detail: `shard ${shard} is connecting` };
        if (redis.state === 'partly')
            state = { state: 'degraded', detail: `shard ${shard}: ${redis.reason}` };
    }
    return state;
}
function shardState(router) {
    const absent = router.status().filter(({ state }) => state !== 'ready');
    if (absent.length === 0)
        return OK;
    const detail = absent.map(({ shard, state }) => `shard ${shard} is ${state}`).join(', ');
    // The others go on selling: only without any is there nothing to send requests to.
    return { state: absent.length === router.status().length ? 'down' : 'degraded', detail };
}
function ledgerState(ledger) {
    const status = ledger.status();
    if (status === undefined)
        return { state: 'degraded', detail: 'the writer is starting' };
    if (status.state.kind === 'stopped')
        return { state: 'down', detail: `the writer stopped: ${status.state.detail}` };
    if (status.postgres === 'down')
        return { state: 'down', detail: 'Postgres does not answer; events wait in Redis' };
    if (status.stoppedPartitions > 0) {
        return { state: 'degraded', detail: `${status.stoppedPartitions} partitions are stopped; see the log` };
    }
    return OK;
}
/** Whatever fills it: unwritten events while Postgres is away, or simply more live holds than it was made for. */
function memoryState(ledger, shared, alarmPercent) {
    const { usedBytes, maxBytes } = ledger.status()?.redisMemory ?? { usedBytes: 0, maxBytes: 0 };
    const percent = maxBytes === 0 ? 0 : Math.round((100 * usedBytes) / maxBytes);
    if (shared.hasStop(StopReason.LedgerTooFarBehind)) {
        return {
            state: 'down',
            detail: `Redis is ${percent} % full: new holds are refused; confirms and releases go on`,
        };
    }
    return percent < alarmPercent ? OK : { state: 'degraded', detail: `Redis is ${percent} % full` };
}
function auditState(ledger) {
    const differing = ledger.status()?.auditDiffering ?? 0;
    if (differing === 0)
        return OK;
    return { state: 'degraded', detail: `${differing} SKUs do not add up; \`npm run audit\` names them` };
}
function durabilityState(weaknesses) {
    if (weaknesses.length === 0)
        return OK;
    const detail = weaknesses
        .map(({ setting, found, wanted }) => `${setting} is ${found}, should be ${wanted}`)
        .join('; ');
    return { state: 'degraded', detail };
}
//# sourceMappingURL=dependencies.js.map