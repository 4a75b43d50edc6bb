import { Redis } from 'ioredis';
import { RedisEventSource } from '../events/reader.js';
import { DeploymentRefused, markStockReady, openDeployment, readNewestDigests, } from '../ledger/deployment.js';
import { readEventTimes, readLostEvents } from '../ledger/lost-events.js';
import { SchemaRefused } from '../ledger/migrator.js';
import { ledgerPool } from '../ledger/pool.js';
import { maskUrl } from '../observe/logger.js';
import { urlAt } from '../stock/cluster-slots.js';
import { findDurabilityWeaknesses } from '../stock/durability.js';
import { STOCK_FORMAT } from '../stock/encode.js';
import { RedisStockStore } from '../stock/store.js';
import { foreignPartitions, lostPartitions, partitionsWithout } from './comparison.js';
import { retryFor } from './retry.js';
/** A store that is down, unsafe or not ours: the engine does not start. The message says what to do. */
export class StoreRefused extends Error {
    name = 'StoreRefused';
}
const RECOVERY_UNFINISHED = 'A recovery of Redis from the ledger was begun and is not finished: run `npm run recover` (`holdfast recover`) and start the ' +
    'engine when it is done.';
/** How long a start waits for stores that are not up yet, milliseconds. */
const PATIENCE_MS = 10_000;
/**
 * Opens both stores and checks all that must hold before anything is sold. Throws `StoreRefused`, `DeploymentRefused` or
 * `SchemaRefused`; on a throw nothing is left open.
 */
export async function openStores(config, logger) {
    const pool = ledgerPool(config, (error) => logger.warn({ dependency: 'postgres', error }, 'An idle connection to Postgres was lost'));
    let store;
    try {
        const deployment = await openLedger(pool, config);
        if (deployment.recovery === 'unfinished')
            throw new StoreRefused(RECOVERY_UNFINISHED);
        store = await openStock(config);
        const weaknesses = await checkDurability(config, store, logger);
        const { rolledBack, lostEvents } = await checkPartitions(pool, store, deployment, config);
        if (!deployment.stockReady && rolledBack.length === 0)
            await markStockReady(pool, deployment.epoch);
        return { pool, store, deployment, weaknesses, rolledBack, lostEvents };
    }
    catch (error) {
        await store?.close();
        await pool.end();
        throw error;
    }
}
/** Opens (and where needed makes or migrates) the ledger. Throws `StoreRefused`, `DeploymentRefused` or `SchemaRefused`. */
export async function openLedger(pool, config) {
    const settings = { partitions: config.PARTITIONS, holdIdSecret: config.HOLD_ID_SECRET };
    try {
        return await retryFor(PATIENCE_MS, () => openDeployment(pool, settings), (error) => !(error instanceof DeploymentRefused || error instanceof SchemaRefused) && isConnectionTrouble(error));
    }
    catch (error) {
        if (error instanceof DeploymentRefused || error instanceof SchemaRefused)
            throw error;
        throw new StoreRefused(`Postgres at ${maskUrl(config.DATABASE_URL)} cannot be used: ${reasonOf(error)}. ` +
            'Start it, or set DATABASE_URL to one that answers.', { cause: error });
    }
}
/** Throws `StoreRefused`. The caller closes it. */
export async function openStock(config) {
    const open = async () => {
        const store = new RedisStockStore({
            url: config.REDIS_URL,
            timeoutMs: config.STOCK_TIMEOUT_MS,
            adjustmentRetentionMs: config.IDEMPOTENCY_RETENTION_MS,
        });
        try {
            await store.open();
            return store;
        }
        catch (error) {
            await store.close();
            throw store.state.state === 'down' ? new Error(store.state.reason, { cause: error }) : error;
        }
    };
    try {
        return await retryFor(PATIENCE_MS, open, isConnectionTrouble);
    }
    catch (error) {
        throw new StoreRefused(`Redis at ${maskUrl(config.REDIS_URL)} cannot be used: ${reasonOf(error)}. ` +
            'Start it, or set REDIS_URL to one that answers.', { cause: error });
    }
}
async function checkDurability(config, store, logger) {
    const weaknesses = [];
    for (const url of adminUrls(config, store))
        weaknesses.push(...(await weaknessesAt(url)));
    if (weaknesses.length > 0 && config.DURABILITY === 'required')
        throw new StoreRefused(tooWeak(weaknesses));
    for (const { setting, found, wanted, risk } of weaknesses) {
        logger.warn({ durability: 'weaker', setting, found, wanted, risk }, 'Redis is less durable than Holdfast promises');
    }
    return weaknesses;
}
/** One Redis is asked where the setting says; of a cluster every primary, as the same user. */
function adminUrls(config, { nodes }) {
    const url = config.REDIS_ADMIN_URL === '' ? config.REDIS_URL : config.REDIS_ADMIN_URL;
    if (nodes.single !== undefined)
        return [url];
    const [first = url] = url.split(',');
    return nodes.nodes().map(({ address }) => urlAt(first, address));
}
async function weaknessesAt(url) {
    const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
        await redis.connect();
        return await findDurabilityWeaknesses(redis);
    }
    catch (error) {
        throw new StoreRefused(`Redis could not be asked for its settings at ${maskUrl(url)}: ${reasonOf(error)}.`, { cause: error });
    }
    finally {
        redis.disconnect();
    }
}
function tooWeak(weaknesses) {
    const lines = weaknesses.map(({ setting, found, wanted, risk }) => `  ${setting} is ${found}, must be ${wanted}: ${risk}`);
    return (`Redis would lose what Holdfast acknowledges:\n${lines.join('\n')}\n` +
        'Change these settings of Redis, or accept the loss with DURABILITY=insist-on-weaker.');
}
/** Compares what is in Redis with what Postgres remembers. Another layout is refused; lost writes are told. */
async function checkPartitions(pool, store, deployment, config) {
    const { epoch, partitions, stockReady } = deployment;
    const metas = await store.initialise({ epoch, partitions, mayCreate: !stockReady });
    for (const meta of metas)
        if (meta.kind === 'present')
            refuseForeign(meta, deployment, config);
    const lost = lostPartitions(metas, deployment);
    if (lost.length > 0)
        return { rolledBack: lost, lostEvents: 0 };
    return retryFor(PATIENCE_MS, () => compareEvents(pool, new RedisEventSource(store.nodes)), isConnectionTrouble);
}
async function compareEvents(pool, source) {
    const lost = await readLostEvents(pool);
    const foreign = await foreignPartitions(source, await readNewestDigests(pool));
    const without = await partitionsWithout(source, lost, (places) => readEventTimes(pool, places));
    return { rolledBack: [...foreign, ...without], lostEvents: lost.length };
}
/** Throws `StoreRefused` where the partition is of another deployment, layout or version. */
export function refuseForeign(meta, { partitions, epoch, firstEpoch }, config) {
    if (meta.partitions !== partitions) {
        throw new StoreRefused(`PARTITIONS is ${partitions}, but Redis at ${maskUrl(config.REDIS_URL)} was filled with ${meta.partitions}, which cannot ` +
            'change: set PARTITIONS to that, or REDIS_URL to the Redis of this deployment.');
    }
    if (meta.format !== STOCK_FORMAT) {
        throw new StoreRefused(`Redis holds data of format ${meta.format}; this version reads ${STOCK_FORMAT}. Start the version that wrote it.`);
    }
    const found = Math.abs(meta.epoch);
    if (found < firstEpoch || found > epoch) {
        throw new StoreRefused(`Redis at ${maskUrl(config.REDIS_URL)} has stock that the ledger at ${maskUrl(config.DATABASE_URL)} has never seen: ` +
            'they belong to different deployments. Give each deployment its own Redis and database.');
    }
}
/** Whether waiting may mend it: not there yet, starting, or full. */
function isConnectionTrouble(error) {
    const text = `${error.code ?? ''} ${String(error)}`;
    return /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|timeout|terminated|starting up|57P03|53300|LOADING|closed|not connected/i.test(text);
}
function reasonOf(error) {
    if (error instanceof AggregateError && error.errors.length > 0)
        return reasonOf(error.errors[0]);
    const message = error instanceof Error ? error.message : String(error);
    return maskUrl(message === '' ? (error.code ?? 'no answer') : message).replace(/\.$/, '');
}
//# sourceMappingURL=stores.js.map