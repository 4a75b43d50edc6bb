import t, {} from 'tap';
import { slotOfKey, slotOfPartition } from '../../src/stock/cluster-slots.js';
import { keysOf } from '../../src/stock/encode.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
import { ClusterOperator, freshCluster } from '../support/redis-cluster.js';
import { until } from '../support/until.js';
leftovers(t);
const PARTITIONS = 16;
const FAR_MS = 10_000_000_000_000;
const actor = 'request|key|10.0.0.1';
const scope = (partition) => ({ partition, epoch: 1, seqSeen: 0 });
const id = (number) => `AA${String(number).padStart(26, 'h')}`;
const define = (partition) => ({
    ...scope(partition),
    operation: 'define',
    definition: {
        ...{ sku: 'phone', total: 1000, reserved: 0, buyerLimit: 5, holdTtlMs: 60_000 },
        opensAt: 1,
        closesAt: 0,
    },
    notAfter: FAR_MS,
    actor,
});
const hold = (partition, number) => ({
    ...scope(partition),
    operation: 'hold',
    items: [
        {
            ...{ holdId: id(number), sku: 'phone', buyerId: `buyer${number}`, quantity: 1 },
            notAfter: FAR_MS,
            actor,
        },
    ],
});
const adjust = (partition) => ({
    ...scope(partition),
    ...{ operation: 'adjust', sku: 'phone', adjustmentId: 'more', delta: 1, reason: 'found' },
    ...{ notAfter: FAR_MS, actor },
});
const head = (partition) => ({ ...scope(partition), operation: 'head' });
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);
async function open(t, url, timeoutMs = 2000) {
    const store = new RedisStockStore({ url, timeoutMs, adjustmentRetentionMs: 60_000 });
    t.teardown(() => store.close());
    await store.open();
    return store;
}
async function openAll(t) {
    const cluster = await freshCluster(t);
    const store = await open(t, cluster.nodes[0].url);
    await store.initialise({ epoch: 1, partitions: PARTITIONS, mayCreate: true });
    return { cluster, operator: new ClusterOperator(t, cluster), store };
}
async function one(store, call) {
    const [result] = await store.execute([call]);
    return result;
}
t.test('one address is enough: every partition is found, one write reaches many nodes', async (t) => {
    const { cluster, operator, store } = await openAll(t);
    t.equal(store.nodes.single, undefined);
    t.same(new Set(ALL.map((partition) => store.nodeOf(partition))), new Set([0, 1, 2]));
    for (const partition of ALL) {
        const asked = operator.client(cluster.nodes[0]).call('CLUSTER', 'KEYSLOT', `{p${partition}}:holds`);
        t.equal(slotOfPartition(partition), await asked);
        t.equal((await operator.nodeOf(partition)).port, Number(store.nodes.find(partition)?.address.split(':')[1]));
    }
    t.equal(slotOfKey('foo'), await operator.client(cluster.nodes[0]).call('CLUSTER', 'KEYSLOT', 'foo'));
    const results = await store.execute(ALL.flatMap((partition) => [define(partition), hold(partition, 1)]));
    t.ok(results.every(({ kind }) => kind === 'reply'));
    t.same(results.map(({ seq }) => seq), ALL.flatMap(() => [1, 2]), 'in the order of the calls');
});
t.test('a partition that moved is followed, and nothing happens twice', async (t) => {
    const { operator, store } = await openAll(t);
    await store.execute([define(0), hold(0, 1), define(1)]);
    const from = await operator.nodeOf(0);
    const to = operator.nodes.find((node) => node !== from);
    await operator.move(0, to);
    t.match(await store.execute([hold(0, 2), hold(0, 2), hold(1, 1)]), [
        { kind: 'reply', seq: 3, results: [{ kind: 'created' }] },
        { kind: 'reply', seq: 3, results: [{ kind: 'hold', replayed: true }] },
        { kind: 'reply', seq: 2 },
    ]);
    t.equal(store.nodes.find(0)?.address, `127.0.0.1:${to.port}`, 'and is known from now on');
    await operator.move(0, from);
    t.match(await one(store, hold(0, 3)), { kind: 'reply', seq: 4 });
});
t.test('on the way: certainly not done while keys are apart, done at the new node when all are there', async (t) => {
    const { operator, store } = await openAll(t);
    // With all eight keys there is nothing that is missing at both ends.
    await store.execute([define(0), hold(0, 1), adjust(0)]);
    const from = await operator.nodeOf(0);
    const to = operator.nodes.find((node) => node !== from);
    await operator.beginMove(0, from, to);
    t.match(await one(store, hold(0, 2)), { kind: 'reply', seq: 4 }, 'all is still at the old one');
    const [first, ...others] = keysOf(0);
    await operator.carry(from, to, 0, [first]);
    t.match(await one(store, hold(0, 3)), { kind: 'not_sent', reason: /^TRYAGAIN/, passing: true });
    await operator.carry(from, to, 0, others);
    t.match(await store.execute([hold(0, 3), head(0), hold(0, 3)]), [
        { kind: 'reply', seq: 5, results: [{ kind: 'created' }] },
        { kind: 'reply', seq: 5 },
        { kind: 'reply', seq: 5, results: [{ kind: 'hold', replayed: true }] },
    ], 'ASK');
    t.equal(store.nodes.find(0)?.address, `127.0.0.1:${from.port}`, 'the map says the old one until it is over');
    await operator.endMove(0, to);
    t.match(await one(store, hold(0, 4)), { kind: 'reply', seq: 6 });
});
t.test('a node without the library gets it', async (t) => {
    const { operator, store } = await openAll(t);
    await store.execute(ALL.map(define));
    for (const node of operator.nodes)
        await operator.client(node).function('FLUSH');
    const results = await store.execute(ALL.map((partition) => hold(partition, 1)));
    t.same(results.map((result) => result.kind === 'reply' && result.seq), ALL.map(() => 2));
});
t.test('a node that is down takes its own partitions with it and no others, and comes back', async (t) => {
    const { cluster, operator, store } = await openAll(t);
    await store.execute(ALL.map(define));
    const victim = cluster.nodes[0];
    const owners = await Promise.all(ALL.map((partition) => operator.nodeOf(partition)));
    await victim.kill('SIGKILL');
    await until(() => store.state.state === 'partly');
    t.match(store.state, { reason: new RegExp(`127.0.0.1:${victim.port} is down: `) });
    const during = await store.execute(ALL.map((partition) => hold(partition, 1)));
    for (const [partition, result] of during.entries()) {
        if (owners[partition] === victim)
            t.match(result, { kind: 'not_sent', reason: /is down/, passing: undefined });
        else
            t.match(result, { kind: 'reply', seq: 2 });
    }
    await victim.restart();
    await until(() => store.state.state === 'ready');
    const after = await until(async () => {
        const results = await store.execute(ALL.map((partition) => hold(partition, 1)));
        return results.every(({ kind }) => kind === 'reply') ? results : undefined;
    });
    t.same(after.map(({ seq }) => seq), ALL.map(() => 2));
});
t.test('what was written to a node that dies is lost, and only that', async (t) => {
    const { cluster, operator, store } = await openAll(t);
    await store.execute(ALL.map(define));
    const victim = cluster.nodes[1];
    const owners = await Promise.all(ALL.map((partition) => operator.nodeOf(partition)));
    await victim.kill('SIGSTOP');
    const inFlight = store.execute(ALL.map((partition) => hold(partition, 1)));
    await victim.kill('SIGKILL');
    for (const [partition, result] of (await inFlight).entries()) {
        t.equal(result.kind, owners[partition] === victim ? 'lost' : 'reply');
    }
});
t.test('nodes of no cluster are refused where several are listed; any of a list will do', async (t) => {
    const [left, right] = [
        await singleRedis(t, 'addresses of no cluster'),
        await singleRedis(t, 'addresses of no cluster'),
    ];
    const both = new RedisStockStore({
        ...{ url: `${left.url},${right.url}`, timeoutMs: 500, adjustmentRetentionMs: 1 },
    });
    t.teardown(() => both.close());
    await t.rejects(both.open(), /is not a node of a Redis Cluster: REDIS_URL may list several/);
    t.match(await one(both, head(0)), { kind: 'not_sent', reason: /is not a node of a Redis Cluster/ });
    const cluster = await freshCluster(t);
    const store = await open(t, `redis://127.0.0.1:1,${cluster.nodes[2].url}`);
    await store.initialise({ epoch: 1, partitions: PARTITIONS, mayCreate: true });
    t.match(await one(store, define(0)), { kind: 'reply' });
});
//# sourceMappingURL=store.test.js.map