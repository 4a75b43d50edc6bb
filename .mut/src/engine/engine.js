import { Router } from '../actors/router.js';
import { HoldIdMinter } from '../domain/hold-id.js';
import { StopReason } from '../domain/shared-state.js';
import { startGateway } from '../gateway/gateway.js';
import { ROUTE_LABELS } from '../gateway/routes.js';
import { readPositions } from '../ledger/deployment.js';
import { LedgerThread, ledgerThreadOptions } from '../ledger/ledger-thread.js';
import { keepLostEvents, readLostEvents } from '../ledger/lost-events.js';
import { PostgresLedgerQueries } from '../ledger/queries.js';
import { EngineMetrics } from '../observe/engine-metrics.js';
import { startBusyMeter } from '../observe/event-loop.js';
import { Health } from '../observe/health.js';
import { maskUrl } from '../observe/logger.js';
import { systemClock } from '../system-clock.js';
import { logLedgerAlarm } from './alarms.js';
import { startingState } from './comparison.js';
import { watchDependencies } from './dependencies.js';
import { EnginePresence } from './presence.js';
import { ReadinessLog } from './readiness-log.js';
import { RollBackWitness } from './roll-back.js';
import { openStores } from './stores.js';
/** By when, as shares of DRAIN_MS, requests and then the ledger must be done; the rest is for closing. */
const REQUESTS_UNTIL = 0.6;
const LEDGER_UNTIL = 0.85;
/** Starts everything and resolves when requests are answered. Throws what `openStores` and `startGateway` throw. */
export async function startEngine(config, logger, version) {
    const stores = await openStores(config, logger);
    const { deployment } = stores;
    const shared = sharedStateOf(stores, logger);
    const health = new Health();
    const busy = startBusyMeter({
        onPermille: (permille) => {
            shared.pressure = permille;
        },
    });
    const metrics = new EngineMetrics({
        routes: ROUTE_LABELS,
        readiness: () => health.readiness(),
        durable: () => stores.weaknesses.length === 0,
        storeRolledBack: () => shared.hasStop(StopReason.StoreRolledBack),
        busy: () => busy.busy,
        version,
    });
    const router = new Router({
        config,
        epoch: deployment.epoch,
        shared,
        report: (stats) => metrics.shardReported(stats),
        lost: (event) => witness.lost(event),
        died: ({ shard, life, reason }) => logger.error({ shard, life, reason }, 'A shard died and is started again'),
    });
    const ledger = new LedgerThread(ledgerThreadOptions(config, deployment, shared), {
        onStatus: (status) => metrics.ledgerReported(status),
        onAlarm: (alarm) => logLedgerAlarm(logger, alarm),
    });
    const { REDIS_MEMORY_ALARM_PERCENT: memoryAlarmPercent } = config;
    watchDependencies(health, { router, ledger, shared, weaknesses: stores.weaknesses, memoryAlarmPercent });
    const presence = presenceOf(stores, shared, router);
    const witness = witnessOf(stores, shared, presence, logger);
    const unfinished = { config, logger, stores, health, busy, witness, presence, router, ledger };
    try {
        // A store that was rolled back already has nothing to tell this engine.
        if (stores.rolledBack.length === 0)
            await presence.register();
        presence.start();
        const started = router.start();
        // A store that lost writes has nothing to load from: the engine only says so, until an operator recovers it.
        if (stores.rolledBack.length === 0)
            await started;
        else
            started.catch((error) => logger.warn({ error }, 'The shards have nothing to start from'));
        const gateway = await openGateway(unfinished, metrics);
        return serving({ ...unfinished, gateway });
    }
    catch (error) {
        await closeAll(unfinished);
        throw error;
    }
}
function openGateway({ config, logger, stores, health, router, ledger }, metrics) {
    return startGateway({
        config,
        actors: router,
        board: router.board,
        ledger: new PostgresLedgerQueries(stores.pool, ledger, stores.deployment.recovery === 'finished'),
        minter: new HoldIdMinter(stores.deployment.holdIdSecret),
        readiness: () => health.readiness(),
        metricsText: () => metrics.text(),
        metrics: metrics.gateway,
        logger,
        clock: systemClock,
    });
}
function sharedStateOf({ deployment, rolledBack }, logger) {
    if (rolledBack.length > 0) {
        logger.fatal({ code: 'store_rolled_back', count: rolledBack.length, detail: rolledBack[0] }, 'Redis lost acknowledged writes: nothing is sold; give it its newest append-only file back and restart, or run `npm run recover`');
    }
    return startingState(deployment, rolledBack.length > 0);
}
function presenceOf({ pool, deployment }, shared, router) {
    const { epoch, partitions } = deployment;
    const shardLives = () => {
        const shards = router.status();
        const areReady = shards.every(({ state }) => state === 'ready');
        return areReady ? shards.reduce((sum, { restarts }) => sum + restarts, 0) : undefined;
    };
    return new EnginePresence({
        pool,
        epoch,
        partitions,
        shared,
        clock: systemClock,
        actors: router,
        seesStore: () => router.status().every(({ redis }) => redis.state === 'ready'),
        shardLives,
    });
}
function witnessOf({ pool, deployment, lostEvents }, shared, presence, logger) {
    const { partitions, epoch, positions } = deployment;
    const acknowledged = (known) => known.map((position) => (position.epoch === epoch ? position.acknowledged : 0));
    return new RollBackWitness({
        shared,
        partitions,
        clock: systemClock,
        keep: (seqs) => presence.testify(seqs),
        keepLost: (events) => keepLostEvents(pool, epoch, events),
        kept: async () => {
            const [known, lost] = await Promise.all([readPositions(pool), readLostEvents(pool)]);
            return { seqs: acknowledged(known), lostEvents: lost.length };
        },
        keptBefore: { seqs: acknowledged(positions), lostEvents },
        logger,
    });
}
function serving(parts) {
    const { config, logger, health, gateway, stores } = parts;
    const { storefrontUrl, operationsUrl } = gateway;
    health.serving();
    const { epoch, partitions } = stores.deployment;
    const common = { epoch, partitions, shards: config.SHARDS, version: process.version };
    logger.info({
        ...common,
        url: storefrontUrl,
        detail: `operations at ${operationsUrl}, Redis at ${maskUrl(config.REDIS_URL)}`,
    }, 'Serving');
    const readiness = () => health.readiness();
    // The other dependencies write of themselves.
    const readinessLog = new ReadinessLog({ names: ['redis'], readiness, clock: systemClock, logger });
    let stopped;
    return {
        storefrontUrl,
        operationsUrl,
        stop: () => {
            readinessLog.stop();
            stopped ??= drain(parts);
            return stopped;
        },
        superseded: parts.presence.superseded,
        abandon: () => gateway.close(),
    };
}
async function drain(parts) {
    const { config, logger, health, gateway, router, ledger, presence } = parts;
    const startedAt = performance.now();
    const left = (share) => Math.max(0, share * config.DRAIN_MS - (performance.now() - startedAt));
    health.draining();
    await within(left(REQUESTS_UNTIL), gateway.drain());
    await within(left(REQUESTS_UNTIL), router.drain());
    const drained = await ledger.flush(left(LEDGER_UNTIL));
    if (!drained)
        logger.warn({}, 'The ledger was not drained in time; what is left stays in Redis for the next writer');
    else
        await within(left(LEDGER_UNTIL), presence.leave().catch(ignore));
    gateway.close();
    // A Postgres that hangs would hold its connections for longer; the process ends them.
    await within(left(1), closeAll(parts));
    logger.info({ milliseconds: Math.round(performance.now() - startedAt) }, 'Left');
}
async function closeAll({ busy, witness, presence, router, ledger, stores, }) {
    busy.stop();
    witness.stop();
    presence.stop();
    await router.close();
    await ledger.close();
    await stores.store.close();
    await stores.pool.end();
}
/** Postgres may be away; then it is not known that everything is there, and a recovery is the more careful. */
function ignore() { }
async function within(limitMs, work) {
    let timer;
    const limit = new Promise((resolve) => {
        timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([work, limit]);
    clearTimeout(timer);
}
//# sourceMappingURL=engine.js.map