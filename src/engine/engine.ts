import { Router } from '../actors/router.js';
import type { Config } from '../config.js';
import { HoldIdMinter } from '../domain/hold-id.js';
import type { Readiness } from '../domain/ports.js';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import { type Gateway, startGateway } from '../gateway/gateway.js';
import { BUYING_ROUTES, ROUTE_LABELS } from '../gateway/routes.js';
import { type KnownPosition, readPositions } from '../ledger/deployment.js';
import { LedgerThread, ledgerThreadOptions } from '../ledger/ledger-thread.js';
import { keepLostEvents, readLostEvents } from '../ledger/lost-events.js';
import { PostgresLedgerQueries } from '../ledger/queries.js';
import { EngineMetrics } from '../observe/engine-metrics.js';
import { type BusyMeter, startBusyMeter } from '../observe/event-loop.js';
import { Health } from '../observe/health.js';
import { type Logger, maskUrl } from '../observe/logger.js';
import { SaleWatch } from '../observe/sale-watch.js';
import { systemClock } from '../system-clock.js';
import { logLedgerAlarm } from './alarms.js';
import { startingState } from './comparison.js';
import { watchDependencies } from './dependencies.js';
import { EnginePresence } from './presence.js';
import { ReadinessLog } from './readiness-log.js';
import { RollBackWitness } from './roll-back.js';
import { type OpenStores, openStores } from './stores.js';

/** By when, as shares of DRAIN_MS, requests and then the ledger must be done; the rest is for closing. */
const REQUESTS_UNTIL = 0.6;
const LEDGER_UNTIL = 0.85;

/** One engine, selling. */
export interface Engine {
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
  /** In flow order: not ready → accept nothing → finish what is in flight → flush the ledger → close. Within DRAIN_MS. */
  stop(): Promise<void>;
  /** Resolves when a recovery began another epoch: this engine will never sell again and should be started anew. */
  readonly superseded: Promise<void>;
  /** Closes the listening sockets at once, for a process that is about to end without a drain. */
  abandon(): void;
}

/** Everything of a running engine, in flow order. */
interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly stores: OpenStores;
  readonly health: Health;
  readonly busy: BusyMeter;
  readonly witness: RollBackWitness;
  readonly presence: EnginePresence;
  readonly router: Router;
  readonly ledger: LedgerThread;
  readonly sale: SaleWatch;
  readonly gateway: Gateway;
}

/** Starts everything and resolves when requests are answered. Throws what `openStores` and `startGateway` throw. */
export async function startEngine(config: Config, logger: Logger, version: string): Promise<Engine> {
  const stores = await openStores(config, logger);
  const { deployment } = stores;
  const shared = sharedStateOf(stores, logger);
  const health = new Health();
  const busy = startBusyMeter({
    onPermille: (permille) => {
      shared.pressure = permille;
    },
  });
  const metrics = metricsOf(config, version, { stores, shared, health, busy });
  const router = new Router({
    config,
    epoch: deployment.epoch,
    shared,
    report: (stats) => metrics.shardReported(stats),
    lost: (event) => witness.lost(event),
    died: ({ shard, life, reason }) =>
      logger.error({ shard, life, reason }, 'A shard died and is started again'),
  });
  const ledger = new LedgerThread(ledgerThreadOptions(config, deployment, shared), {
    onStatus: (status) => metrics.ledgerReported(status),
    onAlarm: (alarm) => logLedgerAlarm(logger, alarm),
  });
  const { REDIS_MEMORY_ALARM_PERCENT: memoryAlarmPercent } = config;
  watchDependencies(health, { router, ledger, shared, weaknesses: stores.weaknesses, memoryAlarmPercent });
  const presence = presenceOf(stores, shared, router);
  const witness = witnessOf(stores, shared, presence, logger);
  const sale = saleOf(router, metrics, health);
  const unfinished = { config, logger, stores, health, busy, witness, presence, router, ledger, sale };
  try {
    // A store that was rolled back already has nothing to tell this engine.
    if (stores.rolledBack.length === 0) await presence.register();
    presence.start();
    sale.start();
    const started = router.start();
    // A store that lost writes has nothing to load from: the engine only says so, until an operator recovers it.
    if (stores.rolledBack.length === 0) await started;
    else started.catch((error: unknown) => logger.warn({ error }, 'The shards have nothing to start from'));
    const gateway = await openGateway(unfinished, metrics);
    return serving({ ...unfinished, gateway });
  } catch (error) {
    await closeAll(unfinished);
    throw error;
  }
}

function metricsOf(
  config: Config,
  version: string,
  {
    stores,
    shared,
    health,
    busy,
  }: Pick<Parts, 'stores' | 'health' | 'busy'> & { readonly shared: SharedState },
): EngineMetrics {
  const { REDIS_MEMORY_ALARM_PERCENT: alarm, REDIS_MEMORY_REFUSE_PERCENT: refuse } = config;
  return new EngineMetrics({
    routes: ROUTE_LABELS,
    buyingRoutes: BUYING_ROUTES,
    readiness: () => health.readiness(),
    durable: () => stores.weaknesses.length === 0,
    storeRolledBack: () => shared.hasStop(StopReason.StoreRolledBack),
    busy: () => busy.busy,
    redisMemoryPercent: { alarm, refuse },
    version,
  });
}

function saleOf(router: Router, metrics: EngineMetrics, health: Health): SaleWatch {
  return new SaleWatch({
    actors: router,
    stock: router.hotStock,
    figures: metrics.sale,
    readiness: () => health.readiness(),
    clock: systemClock,
  });
}

function openGateway(
  { config, logger, stores, health, router, ledger, sale }: Omit<Parts, 'gateway'>,
  metrics: EngineMetrics,
): Promise<Gateway> {
  return startGateway({
    config,
    actors: router,
    board: router.board,
    ledger: new PostgresLedgerQueries(stores.pool, ledger, stores.deployment.recovery === 'finished'),
    minter: new HoldIdMinter(stores.deployment.holdIdSecret),
    readiness: () => health.readiness(),
    metricsText: () => metrics.text(),
    metrics: metrics.gateway,
    sale,
    logger,
    clock: systemClock,
  });
}

function sharedStateOf({ deployment, rolledBack }: OpenStores, logger: Logger): SharedState {
  if (rolledBack.length > 0) {
    logger.fatal(
      { code: 'store_rolled_back', count: rolledBack.length, detail: rolledBack[0] },
      'Redis lost acknowledged writes: nothing is sold; give it its newest append-only file back and restart, or run `npm run recover`',
    );
  }
  return startingState(deployment, rolledBack.length > 0);
}

function presenceOf({ pool, deployment }: OpenStores, shared: SharedState, router: Router): EnginePresence {
  const { epoch, partitions } = deployment;
  const shardLives = (): number | undefined => {
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

function witnessOf(
  { pool, deployment, lostEvents }: OpenStores,
  shared: SharedState,
  presence: EnginePresence,
  logger: Logger,
): RollBackWitness {
  const { partitions, epoch, positions } = deployment;
  const acknowledged = (known: readonly KnownPosition[]): number[] =>
    known.map((position) => (position.epoch === epoch ? position.acknowledged : 0));
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

function serving(parts: Parts): Engine {
  const { config, logger, health, gateway, stores } = parts;
  const { storefrontUrl, operationsUrl } = gateway;
  health.serving();
  const { epoch, partitions } = stores.deployment;
  const common = { epoch, partitions, shards: config.SHARDS, version: process.version };
  logger.info(
    {
      ...common,
      url: storefrontUrl,
      detail: `operations at ${operationsUrl}, Redis at ${maskUrl(config.REDIS_URL)}`,
    },
    'Serving',
  );
  const readiness = (): Readiness => health.readiness();
  // The other dependencies write of themselves.
  const readinessLog = new ReadinessLog({ names: ['redis'], readiness, clock: systemClock, logger });
  let stopped: Promise<void> | undefined;
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

async function drain(parts: Parts): Promise<void> {
  const { config, logger, health, gateway, router, ledger, presence } = parts;
  const startedAt = performance.now();
  const left = (share: number): number =>
    Math.max(0, share * config.DRAIN_MS - (performance.now() - startedAt));
  health.draining();
  await within(left(REQUESTS_UNTIL), gateway.drain());
  await within(left(REQUESTS_UNTIL), router.drain());
  const drained = await ledger.flush(left(LEDGER_UNTIL));
  if (!drained)
    logger.warn({}, 'The ledger was not drained in time; what is left stays in Redis for the next writer');
  else await within(left(LEDGER_UNTIL), presence.leave().catch(ignore));
  gateway.close();
  // A Postgres that hangs would hold its connections for longer; the process ends them.
  await within(left(1), closeAll(parts));
  logger.info({ milliseconds: Math.round(performance.now() - startedAt) }, 'Left');
}

async function closeAll({
  busy,
  witness,
  presence,
  router,
  ledger,
  sale,
  stores,
}: Omit<Parts, 'gateway'>): Promise<void> {
  busy.stop();
  sale.stop();
  witness.stop();
  presence.stop();
  await router.close();
  await ledger.close();
  await stores.store.close();
  await stores.pool.end();
}

/** Postgres may be away; then it is not known that everything is there, and a recovery is the more careful. */
function ignore(): void {}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
