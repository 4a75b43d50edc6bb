import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLocked, lockDirectory } from './directory-lock.js';
import { keepAlive } from './keep-alive.js';
import { startPostgres } from './postgres.js';
import { endLeftoverPostgres, removePostgresDirectory } from './postgres-directory.js';
import { endLeftoverRedis, startRedis } from './redis.js';
const DATABASE = 'holdfast';
/**
 * Uses the given stores and starts private ones for those that are missing. When one fails to start, the other is
 * stopped again before the error is thrown. Throws one sentence when another process uses the directory.
 */
export async function startLocalServices(options) {
    const unlock = lockDirectory(options.directory);
    try {
        await options.beforeStart?.();
        if (options.fresh)
            await empty(options.directory);
        const [redis, database] = await Promise.allSettled([
            given(options.redisUrl) ?? startStock(join(options.directory, 'redis')),
            given(options.databaseUrl) ?? startDatabase(join(options.directory, 'postgres')),
        ]);
        if (redis.status === 'fulfilled' && database.status === 'fulfilled') {
            return running(redis.value, database.value, options, unlock);
        }
        for (const store of [redis, database])
            if (store.status === 'fulfilled')
                await store.value.stop();
        throw redis.status === 'rejected' ? redis.reason : database.reason;
    }
    catch (error) {
        unlock();
        throw error;
    }
}
function given(url) {
    if (url === undefined || url === '')
        return undefined;
    return { url, stop: () => Promise.resolve() };
}
async function startStock(directory) {
    const server = await startRedis({ directory, access: 'users' });
    const { engineUrl: url, recoveryUrl, adminUrl } = server;
    return { url, recoveryUrl, adminUrl, watched: watched('Redis', server), stop: () => server.stop() };
}
function watched(name, server) {
    return {
        name,
        get pid() {
            return server.pid;
        },
        restart: () => server.restart(),
    };
}
async function startDatabase(directory) {
    const server = await startPostgres({ directory });
    try {
        const url = await server.createDatabase(DATABASE);
        return { url, watched: watched('Postgres', server), stop: () => server.stop() };
    }
    catch (error) {
        await server.stop();
        throw error;
    }
}
function running(redis, database, options, unlock) {
    const urls = {
        redisUrl: redis.url,
        redisRecoveryUrl: redis.recoveryUrl ?? redis.url,
        redisAdminUrl: redis.adminUrl ?? '',
        databaseUrl: database.url,
    };
    // It has the passwords of the stores in it.
    writeFileSync(addressFile(options.directory), JSON.stringify(urls), { mode: 0o600 });
    const stores = [redis, database].flatMap((store) => store.watched ?? []);
    const endWatch = keepAlive(stores, options.note);
    return {
        ...urls,
        stop: async () => {
            await endWatch();
            await Promise.all([redis.stop(), database.stop()]);
            rmSync(addressFile(options.directory), { force: true });
            unlock();
        },
    };
}
function addressFile(directory) {
    return join(directory, 'services.json');
}
/**
 * The stores that a running `npm start` uses, for commands that work on them beside it; undefined when none runs.
 * Their ports change with every start, so they are not to be remembered.
 */
export function localServicesOf(directory) {
    if (!isLocked(directory))
        return undefined;
    try {
        return JSON.parse(readFileSync(addressFile(directory), 'utf8'));
    }
    catch {
        return undefined;
    }
}
/** Removes all data, and first the servers of a crashed run, which would go on writing into it. */
async function empty(directory) {
    await endLeftoverRedis(join(directory, 'redis'));
    await endLeftoverPostgres(join(directory, 'postgres', 'data'));
    removePostgresDirectory(join(directory, 'postgres'));
    for (const name of readdirSync(directory)) {
        if (name !== 'lock')
            rmSync(join(directory, name), { recursive: true, force: true });
    }
}
//# sourceMappingURL=local.js.map