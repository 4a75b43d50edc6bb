import { Redis } from 'ioredis';
import t from 'tap';
import { RedisEventSource } from '../../src/events/reader.js';
import { freePort } from '../../src/services/ports.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';
import { until } from '../support/until.js';
leftovers(t);
const PARTITIONS = 16;
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const define = (partition) => ({
    ...{ partition, epoch: 1, seqSeen: 0, operation: 'define' },
    definition: {
        ...{ sku: 'phone', total: 1000, reserved: 0, buyerLimit: 5, holdTtlMs: 60_000 },
        opensAt: 1,
        closesAt: 0,
    },
    notAfter: 10_000_000_000_000,
    actor: 'request|key|',
});
const head = (partition) => ({ partition, epoch: 1, seqSeen: 1, operation: 'head' });
t.test('a replica that the cluster elects is found without a word from anybody', async (t) => {
    const cluster = await freshCluster(t);
    const operator = new ClusterOperator(t, cluster);
    const victim = cluster.nodes[0];
    const replica = await singleRedis(t, 'a replica beside the cluster', {
        extra: {
            ...{ 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf', 'cluster-node-timeout': '2000' },
            ...{ 'cluster-port': String(await freePort()), 'repl-diskless-sync-delay': '0' },
        },
    });
    const client = new Redis(replica.url);
    client.on('error', () => undefined);
    t.teardown(() => client.disconnect());
    const buses = String(await operator.client(victim).call('CLUSTER', 'NODES')).matchAll(/:(\d+)@(\d+)/g);
    for (const [, port, bus] of buses)
        await client.call('CLUSTER', 'MEET', '127.0.0.1', port, bus);
    const victimId = String(await operator.client(victim).call('CLUSTER', 'MYID'));
    await until(() => client.call('CLUSTER', 'REPLICATE', victimId), {
        what: 'the replica to know its primary',
    });
    await until(async () => /master_link_status:up/.test(await client.info('replication')), { what: 'a copy' });
    // By one that dies and one that stays: who is asked for the map must not matter.
    const store = new RedisStockStore({ url: cluster.url, timeoutMs: 1000, adjustmentRetentionMs: 1000 });
    t.teardown(() => store.close());
    await store.open();
    await store.initialise({ epoch: 1, partitions: PARTITIONS, mayCreate: true });
    t.ok((await store.execute(ALL.map(define))).every(({ kind }) => kind === 'reply'));
    await until(async () => Number(await operator.client(victim).wait(1, 1000)) === 1, {
        what: 'the replica to have it all',
    });
    await victim.kill('SIGKILL');
    const replies = await until(async () => {
        const results = await store.execute(ALL.map(head));
        return results.every(({ kind }) => kind === 'reply') ? results : undefined;
    }, { timeoutMs: 60_000, pollMs: 50, what: 'all partitions to answer again' });
    t.ok(replies.every(({ seq }) => seq === 1));
    t.equal(store.state.state, 'ready', 'the dead node is none of ours any more');
    t.ok(store.nodes.nodes().some(({ address }) => address === `127.0.0.1:${replica.port}`));
    const { seqs } = await new RedisEventSource(store.nodes).sample(PARTITIONS);
    t.ok(seqs.every((seq) => seq === 1));
});
//# sourceMappingURL=election.test.js.map