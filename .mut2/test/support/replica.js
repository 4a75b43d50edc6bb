import { Redis } from 'ioredis';
import { until } from './until.js';
/** For a primary: a replica gets its first copy at once, instead of after the five seconds in which more might come. */
export const SYNC_AT_ONCE = { 'repl-diskless-sync-delay': '0' };
/** Settings of a Redis that copies the one at `port` of this machine; may have replicas itself once it is promoted. */
export function replicaOfPort(port) {
    return { ...SYNC_AT_ONCE, replicaof: `127.0.0.1 ${port}` };
}
/** Resolves when the replica has its first copy and follows. */
export async function isFollowing(replica) {
    await asked(replica, (redis) => until(async () => /master_link_status:up/.test(await redis.info('replication')), {
        timeoutMs: 20_000,
        what: 'the replica',
    }));
}
/** Makes it a primary, as it is. */
export async function promote(replica) {
    await asked(replica, (redis) => redis.replicaof('NO', 'ONE'));
}
async function asked({ url }, ask) {
    const redis = new Redis(url);
    redis.on('error', () => undefined);
    try {
        await ask(redis);
    }
    finally {
        redis.disconnect();
    }
}
//# sourceMappingURL=replica.js.map