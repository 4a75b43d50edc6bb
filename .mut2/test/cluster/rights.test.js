import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import t, {} from 'tap';
import { RedisEventSource } from '../../src/events/reader.js';
import { urlAt } from '../../src/stock/cluster-slots.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { leftovers } from '../support/leftovers.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';
leftovers(t);
const USERS = new URL('../../../lua/acl/users.conf', import.meta.url);
const PARTITIONS = 16;
const head = (partition) => ({ partition, epoch: 1, seqSeen: 0, operation: 'head' });
/** What `users.conf` says that the engine needs more on a cluster and with replicas. */
function additionalRights(text) {
    const [, cluster = '', replicas = ''] = /On a Redis Cluster add `([^`]+)`, with STOCK_REPLICAS `([^`]+)`/.exec(text) ?? [];
    return [...cluster.split(' '), replicas];
}
/** Opens the store as the shipped user with these rights added, and uses everything that only a cluster needs. */
async function useAs(t, rights) {
    const text = readFileSync(USERS, 'utf8');
    const [, rules = ''] = /^user holdfast on >ENGINE_PASSWORD (.+)$/m.exec(text) ?? [];
    const cluster = await freshCluster(t);
    const operator = new ClusterOperator(t, cluster);
    for (const node of cluster.nodes) {
        const client = operator.client(node);
        await client.call('ACL', 'SETUSER', 'engine', 'on', '>secret', ...rules.split(' '), ...rights);
    }
    const [first, second] = cluster.nodes.map(({ port }) => urlAt('redis://engine:secret@127.0.0.1', `127.0.0.1:${port}`));
    const store = new RedisStockStore({ url: first, timeoutMs: 2000, adjustmentRetentionMs: 1000 });
    t.teardown(() => store.close());
    await store.open();
    await store.initialise({ epoch: 1, partitions: PARTITIONS, mayCreate: true });
    const from = await operator.nodeOf(0);
    await operator.move(0, cluster.nodes.find((node) => node !== from));
    const results = await store.execute(Array.from({ length: PARTITIONS }, (_, partition) => head(partition)));
    for (const result of results)
        if (result.kind !== 'reply')
            throw new Error(JSON.stringify(result));
    await new RedisEventSource(store.nodes).sample(PARTITIONS);
    const client = new Redis(second, { enableReadyCheck: false });
    t.teardown(() => client.disconnect());
    await client.call('ASKING');
    await client.wait(0, 1);
}
t.test('the shipped user with the rights it is said to need more runs on a cluster', async (t) => {
    const rights = additionalRights(readFileSync(USERS, 'utf8'));
    t.same(rights, ['+cluster|slots', '+asking', '+wait']);
    await t.resolves(useAs(t, rights));
});
t.test('and each of them is needed', async (t) => {
    const rights = additionalRights(readFileSync(USERS, 'utf8'));
    await Promise.all(rights.map((missing) => t.rejects(useAs(t, rights.filter((right) => right !== missing)), /NOPERM/, `without ${missing}`)));
});
//# sourceMappingURL=rights.test.js.map