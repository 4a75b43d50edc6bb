import { Cluster, Redis } from 'ioredis';
import { startRedis } from '../../src/services/redis.js';
import { ClusterMover } from './cluster-mover.js';
import { temporaryDirectory } from './directories.js';
import { freshCluster } from './redis-cluster.js';
/**
 * Set by `npm test -- --cluster`: a test that needs "a Redis" gets a cluster of three primaries. With `moving`, partitions move
 * between them all the time.
 */
const CLUSTER_VARIABLE = 'HOLDFAST_TEST_CLUSTER';
/**
 * A private durable Redis on a free port, for this test only; stopped and removed when `t` ends. In a run on a cluster it is one:
 * `url` is one of its nodes, signals and restarts are for all of them. A test that looks into Redis itself, or at one process of
 * it, wants `singleRedis`.
 */
export async function freshRedis(t, options = {}) {
    const mode = process.env[CLUSTER_VARIABLE] ?? '';
    if (mode === '' || options.directory !== undefined)
        return await oneRedis(t, options);
    const cluster = await freshCluster(t, options);
    if (mode === 'moving')
        t.teardown(new ClusterMover(t, cluster).start());
    return asOne(cluster, options);
}
/** A private Redis that is one also in a run on a cluster, and why that must be so, in a few words. */
export async function singleRedis(t, _because, options = {}) {
    return await oneRedis(t, options);
}
/** For looking into what `freshRedis` gave; closed when `t` ends. */
export function inspect(t, { url, port }) {
    const client = isOnCluster() ? new Cluster([{ host: '127.0.0.1', port }]) : new Redis(url);
    client.on('error', () => undefined);
    t.teardown(() => client.disconnect());
    return client;
}
function isOnCluster() {
    return (process.env[CLUSTER_VARIABLE] ?? '') !== '';
}
async function oneRedis(t, options) {
    const redis = await startRedis({ directory: temporaryDirectory(t, 'redis'), ...options });
    t.teardown(() => redis.stop());
    return redis;
}
function asOne({ nodes, stop }, { access }) {
    const [first] = nodes;
    if (first === undefined || access === 'users')
        throw new Error('a cluster with the shipped users only: use singleRedis');
    const { url, port, directory } = first;
    const each = async (task) => {
        await Promise.all(nodes.map(task));
    };
    return {
        url,
        // The passwords of the shipped users are another one's on every node.
        engineUrl: url,
        recoveryUrl: url,
        adminUrl: url,
        port,
        directory,
        get pid() {
            return first.pid;
        },
        stop,
        kill: (signal) => each((node) => node.kill(signal)),
        restart: () => each((node) => node.restart()),
    };
}
//# sourceMappingURL=redis.js.map