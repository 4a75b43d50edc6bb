import t, { type Test } from 'tap';
import type { StockCall, StockCallResult, StockReply } from '../../src/domain/stock-call.js';
import type { RedisOptions, RunningRedis } from '../../src/services/redis.js';
import { STOCK_FORMAT } from '../../src/stock/encode.js';
import { buildLibrary } from '../../src/stock/library.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

const FAR_MS = 10_000_000_000_000;
const scope = { partition: 0, epoch: 1, seqSeen: 0 };
const actor = 'request|key|10.0.0.1';
const id = (number: number): string => `AA${String(number).padStart(26, 'h')}`;

const define: StockCall = {
  ...scope,
  operation: 'define',
  definition: {
    ...{ sku: 'phone', total: 1_000_000, reserved: 0, buyerLimit: 0, holdTtlMs: 60_000 },
    opensAt: 1,
    closesAt: 0,
  },
  notAfter: FAR_MS,
  actor,
};

const hold = (number: number, padding = ''): StockCall => ({
  ...scope,
  operation: 'hold',
  items: [
    {
      ...{ holdId: id(number), sku: 'phone', buyerId: `buyer${number}`, quantity: 1 },
      notAfter: FAR_MS,
      actor: actor + padding,
    },
  ],
});

const confirm = (number: number): StockCall => ({
  ...scope,
  operation: 'confirm',
  items: [{ holdId: id(number), paymentRef: 'pay', notAfter: FAR_MS, actor }],
});

async function openStore(
  t: Test,
  options: Partial<RedisOptions> = {},
  timeoutMs = 2_000,
): Promise<{ redis: RunningRedis; store: RedisStockStore }> {
  const redis = await singleRedis(t, 'test/cluster/store.test.ts breaks nodes of a cluster', options);
  const store = new RedisStockStore({ url: redis.url, timeoutMs, adjustmentRetentionMs: 1_000 });
  t.teardown(() => store.close());
  await store.open();
  await store.initialise({ epoch: 1, partitions: 2, mayCreate: true });
  return { redis, store };
}

async function one(store: RedisStockStore, call: StockCall): Promise<StockCallResult> {
  const [result] = await store.execute([call]);
  return result!;
}

t.test('calls of one execute are answered in order, each for its partition', async (t) => {
  const { store } = await openStore(t);
  const calls: StockCall[] = [
    define,
    hold(1),
    { ...hold(2), partition: 1 } as StockCall,
    hold(1),
    confirm(1),
  ];
  const results = (await store.execute(calls)) as StockReply[];
  t.match(
    results.map((reply) => reply.results[0]),
    [
      { kind: 'sku', changed: true, view: { state: 'open' } },
      { kind: 'created' },
      { kind: 'refused', refusal: { code: 'unknown_sku' } },
      { kind: 'hold', replayed: true, hold: { state: 'held' } },
      { kind: 'hold', replayed: false, hold: { state: 'confirmed', paymentRef: 'pay' } },
    ],
  );
  t.same(
    results.map(({ seq }) => seq),
    [1, 2, 0, 2, 3],
  );
  t.ok(Math.abs(results[0]!.now - Date.now()) < 60_000, 'the time is Redis’ own');
});

t.test('initialise makes what is missing once, and else only says what is there', async (t) => {
  const { store } = await openStore(t);
  const request = { epoch: 2, partitions: 3, mayCreate: false };
  const present = { kind: 'present', epoch: 1, partitions: 2, format: STOCK_FORMAT, seq: 0, created: false };
  t.same(await store.initialise(request), [
    { ...present, partition: 0 },
    { ...present, partition: 1 },
    { kind: 'absent', partition: 2 },
  ]);
  const made = await store.initialise({ ...request, mayCreate: true });
  t.same(made[2], { ...present, partition: 2, epoch: 2, partitions: 3, created: true });
});

t.test('another epoch, a store behind, an empty store: nothing is done', async (t) => {
  const { store } = await openStore(t);
  await one(store, define);
  t.same(await one(store, { ...hold(1), epoch: 2 }), { kind: 'wrong_epoch', epoch: 1 });
  t.same(await one(store, { ...hold(1), seqSeen: 2 }), { kind: 'rolled_back', seq: 1 });
  t.match(await one(store, { ...hold(1), seqSeen: 1 }), { kind: 'reply', seq: 2 });
  await store.connection.redis.flushall();
  t.same(await one(store, { ...hold(2), seqSeen: 2 }), { kind: 'rolled_back', seq: 0 });
});

t.test('a library that was flushed is loaded again, and the calls are made once', async (t) => {
  const { store } = await openStore(t);
  await one(store, define);
  await store.connection.redis.call('FUNCTION', 'FLUSH');
  t.match(await store.execute([hold(1), hold(1), hold(2)]), [
    { kind: 'reply', seq: 2, results: [{ kind: 'created' }] },
    { kind: 'reply', seq: 2, results: [{ kind: 'hold', replayed: true }] },
    { kind: 'reply', seq: 3 },
  ]);
});

t.test('two engines may load the same library at once', async (t) => {
  const { redis, store } = await openStore(t);
  await store.connection.redis.call('FUNCTION', 'FLUSH');
  const other = new RedisStockStore({ url: redis.url, timeoutMs: 2_000, adjustmentRetentionMs: 1_000 });
  t.teardown(() => other.close());
  await Promise.all([other.open(), one(store, define)]);
  t.match(await one(other, hold(1)), { kind: 'reply', results: [{ kind: 'created' }] });
});

t.test('an engine of another version keeps its own functions on the same stock', async (t) => {
  const { redis, store } = await openStore(t);
  await store.execute([define, hold(1)]);
  const library = buildLibrary({ clock: `local function read_clock() return ${FAR_MS} end\n` });
  const options = { url: redis.url, timeoutMs: 2_000, adjustmentRetentionMs: 1_000, library };
  const next = new RedisStockStore(options);
  t.teardown(() => next.close());
  await next.open();
  t.match(await one(store, hold(2)), { kind: 'reply', results: [{ kind: 'created' }] });
  t.match(await one(next, hold(1)), {
    now: FAR_MS,
    results: [{ replayed: true, hold: { state: 'expired' } }],
  });
  t.match(await one(store, hold(1)), { results: [{ replayed: true, hold: { state: 'expired' } }] });
});

t.test('at maxmemory new holds are refused, confirm and release still work', async (t) => {
  const { store } = await openStore(t, { extra: { appendfsync: 'no' } });
  await store.execute([define, hold(0), hold(1), hold(2)]);
  await store.connection.redis.config('SET', 'maxmemory', '1mb');
  t.same(await one(store, hold(3)), { kind: 'out_of_memory' });
  t.same(await one(store, { ...define }), { kind: 'out_of_memory' });
  const release: StockCall = {
    ...scope,
    operation: 'release',
    items: [{ holdId: id(1), notAfter: FAR_MS, actor }],
  };
  const readHolds: StockCall = { ...scope, operation: 'read_holds', holdIds: [id(2), id(3)] };
  const pause: StockCall = {
    ...{ ...scope, operation: 'change_state', sku: 'phone', action: 'pause' },
    ...{ notAfter: FAR_MS, actor },
  } as const;
  const expire: StockCall = { ...scope, operation: 'expire', limit: 10, retentionMs: 1, ledgerSeq: 0 };
  const trim: StockCall = { ...scope, operation: 'trim', committedSeq: 2, keepFromSeq: 2 };
  t.match(
    await store.execute([
      confirm(0),
      release,
      readHolds,
      pause,
      expire,
      trim,
      { ...scope, operation: 'head' },
    ]),
    [
      { results: [{ kind: 'hold', hold: { state: 'confirmed' } }] },
      { results: [{ kind: 'hold', hold: { state: 'released' } }] },
      { results: [{ kind: 'hold', hold: { state: 'held' } }, { refusal: { code: 'unknown_hold' } }] },
      {
        results: [
          { kind: 'sku', changed: true, view: { state: 'paused', available: 999_998, held: 1, sold: 1 } },
        ],
      },
      { kind: 'reply' },
      { kind: 'reply', oldestSeq: 2 },
      { kind: 'reply', oldestSeq: 2 },
    ],
  );
});

t.test('a Redis that does not answer in time leaves the call lost, and it may have happened', async (t) => {
  const { redis, store } = await openStore(t, {}, 300);
  await one(store, define);
  await redis.kill('SIGSTOP');
  t.teardown(() => redis.kill('SIGCONT').catch(() => undefined));
  t.match(await one(store, hold(1)), { kind: 'lost', reason: /timed out/i });
  await redis.kill('SIGCONT');
  const answer = await until(async () => {
    const result = await one(store, hold(1));
    return result.kind === 'reply' ? result : undefined;
  });
  t.match(answer, { results: [{ kind: 'hold', replayed: true }] }, 'here it did happen');
});

t.test('a Redis that stays silent is given up and found again', async (t) => {
  const { redis, store } = await openStore(t, {}, 100);
  await one(store, define);
  await redis.kill('SIGSTOP');
  t.teardown(() => redis.kill('SIGCONT').catch(() => undefined));
  t.match(await one(store, hold(1)), { kind: 'lost' });
  await until(() => !store.connection.isReady);
  t.match(await one(store, hold(2)), { kind: 'not_sent' });
  await redis.kill('SIGCONT');
  await until(() => store.connection.isReady);
  const readBoth: StockCall = { ...scope, operation: 'read_holds', holdIds: [id(1), id(2)] };
  t.match(await one(store, readBoth), { results: [{ hold: { state: 'held' } }, { refusal: {} }] });
});

t.test('a Redis that is gone: in flight is lost, then nothing is sent, until it is back', async (t) => {
  const { redis, store } = await openStore(t);
  await one(store, define);
  await redis.kill('SIGSTOP');
  const inFlight = one(store, hold(1));
  await redis.kill('SIGKILL');
  t.match(await inFlight, { kind: 'lost' });
  await until(() => !store.connection.isReady);
  t.match(await one(store, hold(2)), { kind: 'not_sent' });
  t.equal(store.state.state, 'down');
  let readyAgain = 0;
  const { timesReady } = store;
  store.connection.onReady(() => {
    readyAgain += 1;
  });
  await redis.restart();
  await until(() => store.state.state === 'ready');
  t.equal(readyAgain, 1);
  t.equal(store.timesReady, timesReady + 1, 'counted, for whoever sent nothing meanwhile');
  t.match(await one(store, hold(3)), { kind: 'reply', seq: 2 }, 'the library and the stock were on disk');
  t.match(await one(store, { ...scope, operation: 'read_holds', holdIds: [id(2)] }), {
    results: [{ refusal: { code: 'unknown_hold' } }],
  });
});

t.test('opening can be repeated until Redis is there', async (t) => {
  const { redis, store } = await openStore(t);
  await store.open();
  await redis.stop();
  const late = new RedisStockStore({ url: redis.url, timeoutMs: 500, adjustmentRetentionMs: 1 });
  t.teardown(() => late.close());
  await t.rejects(late.open(), /ECONNREFUSED|closed/);
  await t.rejects(late.open(), /ECONNREFUSED/);
  await redis.restart();
  await until(() => late.open().then(() => true));
  t.match(await one(late, { ...scope, operation: 'head' }), { kind: 'reply', seq: 0 });
});

t.test('a store that was never reached, and one that is closed, send nothing', async (t) => {
  const { redis, store } = await openStore(t);
  const never = new RedisStockStore({ url: redis.url, timeoutMs: 500, adjustmentRetentionMs: 1 });
  t.match(await one(never, define), { kind: 'not_sent' });
  t.equal(never.state.state, 'connecting');
  await store.close();
  t.match(await one(store, define), { kind: 'not_sent' });
});

t.test('the functions run on a Redis in cluster mode: a partition is one slot', async (t) => {
  const redis = await singleRedis(t, 'test/cluster/store.test.ts breaks nodes of a cluster', {
    extra: { 'cluster-enabled': 'yes' },
  });
  const store = new RedisStockStore({ url: redis.url, timeoutMs: 2_000, adjustmentRetentionMs: 1_000 });
  t.teardown(() => store.close());
  await store.connection.connect();
  await store.connection.redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await until(async () =>
    /cluster_state:ok/.test(String(await store.connection.redis.call('CLUSTER', 'INFO'))),
  );
  await store.open();
  await store.initialise({ epoch: 1, partitions: 2, mayCreate: true });
  const elsewhere = { ...define, partition: 1 } as StockCall;
  t.match(
    await store.execute([define, elsewhere, hold(1), confirm(1), { ...hold(2), partition: 1 } as StockCall]),
    [
      { kind: 'reply', seq: 1 },
      { kind: 'reply', seq: 1 },
      { results: [{ kind: 'created' }] },
      { results: [{ hold: { state: 'confirmed' } }] },
      { results: [{ kind: 'created' }] },
    ],
  );
});

t.test('a script error says nothing of what happened', async (t) => {
  const { store } = await openStore(t);
  await one(store, define);
  await store.connection.redis.set('{p0}:holds', 'not a hash');
  t.match(await one(store, hold(1)), { kind: 'lost', reason: /WRONGTYPE/ });
  t.match(await one(store, { ...scope, operation: 'head' }), { seq: 1 });
});

t.test('a Redis that hangs is down while it hangs, though the connection is open', async (t) => {
  const { redis, store } = await openStore(t, {}, 200);
  t.same(store.state, { state: 'ready' });
  await redis.kill('SIGSTOP');
  t.teardown(() => redis.kill('SIGCONT'));
  await store.execute([{ ...scope, operation: 'head' }]);
  t.same(store.state, { state: 'down', reason: 'Command timed out' });
  await redis.kill('SIGCONT');
  await until(async () => (await store.execute([{ ...scope, operation: 'head' }]))[0]?.kind === 'reply');
  t.same(store.state, { state: 'ready' });
});
