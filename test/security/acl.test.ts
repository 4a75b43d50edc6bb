import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import type { StockCall, StockReply } from '../../src/domain/stock-call.js';
import { RedisEventSource, readEvents } from '../../src/events/reader.js';
import type { RunningRedis } from '../../src/services/redis.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { Shop } from '../engine/shop.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

/** A user that may do everything, which the shipped file has none of. */
const OPERATOR = 'operator';
const OPERATOR_PASSWORD = 'of-this-test';

async function restrictedRedis(t: Test): Promise<{ redis: RunningRedis; operator: Redis }> {
  const extra = {
    appendfsync: 'no',
    'enable-debug-command': 'yes',
    [`user ${OPERATOR}`]: `on >${OPERATOR_PASSWORD} ~* &* +@all`,
  };
  const redis = await singleRedis(t, 'the shipped users of one server', { access: 'users', extra });
  return { redis, operator: connect(t, `redis://${OPERATOR}:${OPERATOR_PASSWORD}@127.0.0.1:${redis.port}`) };
}

function connect(t: Test, url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: 0, enableReadyCheck: false });
  client.on('error', () => undefined);
  t.teardown(() => client.disconnect());
  return client;
}

const USERS = readFileSync(new URL('../../../lua/acl/users.conf', import.meta.url), 'utf8');

function permissionsOf(user: string): readonly string[] {
  const line = new RegExp(`^user ${user} (.*)$`, 'm').exec(USERS)![1]!;
  return line.split(' ').filter((rule) => rule.startsWith('+'));
}

type Body<Call> = Call extends StockCall ? Omit<Call, 'partition' | 'epoch' | 'seqSeen'> : never;

/** Asks again until it is so; unlike `until`, an error ends it. */
async function soon(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) if (Date.now() > deadline) throw new Error('not within five seconds');
}

/** Everything an engine ever asks of Redis, once, on an empty one; rejects at the first thing that does not work. */
async function wholeLife(store: RedisStockStore): Promise<void> {
  const { redis } = store.connection;
  const call = async (body: Body<StockCall>): Promise<StockReply> => {
    const [result] = await store.execute([{ partition: 0, epoch: 1, seqSeen: 0, ...body } as StockCall]);
    if (result?.kind !== 'reply') throw new Error(`${body.operation}: ${JSON.stringify(result)}`);
    return result;
  };
  const late = { notAfter: Date.now() + 60_000, actor: 'request|key|' };
  const item = (number: number): { holdId: string; notAfter: number; actor: string } => ({
    holdId: `AA${String(number).padStart(26, 'h')}`,
    ...late,
  });
  await store.open();
  await store.initialise({ epoch: 1, partitions: 1, mayCreate: true });
  const rules = { total: 10, reserved: 0, buyerLimit: 5, holdTtlMs: 60_000, opensAt: 0, closesAt: 0 };
  await call({ operation: 'define', definition: { sku: 'phone', ...rules }, ...late });
  await call({ operation: 'change_state', sku: 'phone', action: 'open', ...late });
  await call({
    operation: 'adjust',
    sku: 'phone',
    delta: 1,
    reason: 'found',
    adjustmentId: item(9).holdId,
    ...late,
  });
  const held = { sku: 'phone', buyerId: 'ada', quantity: 1 };
  await call({ operation: 'hold', items: [1, 2].map((number) => ({ ...item(number), ...held })) });
  await call({ operation: 'patch', patch: { sku: 'phone', holdTtlMs: 1 }, ...late });
  await call({ operation: 'hold', items: [{ ...item(3), ...held, buyerId: 'bob' }] });
  await call({ operation: 'confirm', items: [{ ...item(1), paymentRef: 'paid' }] });
  await call({ operation: 'release', items: [item(2)] });
  const expire = { operation: 'expire', limit: 100, retentionMs: 1, ledgerSeq: 1_000_000 } as const;
  await soon(async () => ((await call(expire)).expired ?? 0) > 0);
  // Bob's ended hold and the adjustment are forgotten: their records and their deadlines go.
  await soon(async () => {
    await call(expire);
    return (
      (await call({ operation: 'read_holds', holdIds: [item(3).holdId] })).results[0]?.kind === 'refused'
    );
  });
  await call({ operation: 'read_skus', skus: ['phone'] });
  await call({ operation: 'page_skus', cursor: '0', count: 10 });
  for (const operation of ['page_holds', 'page_buyers', 'page_deadlines'] as const)
    await call({ operation, cursor: '0', count: 10 });
  const { seq } = await call({ operation: 'head' });
  const counters = { total: 11, held: 0, sold: 1, reserved: 1 };
  await call({ operation: 'repair', sku: 'phone', seq, counters, secondSeq: 0, ...late });
  const events = await readEvents(redis, 0, 0, 100);
  if (events.length === 0) throw new Error('no events');
  await call({ operation: 'trim', committedSeq: seq, keepFromSeq: seq });
  const sample = await new RedisEventSource(redis).sample(1);
  if (sample.usedBytes === 0) throw new Error('memory is not known');
}

/** How Redis, a function in it, and an engine that is told nothing put it. */
const REFUSED = /NOPERM|can't run this command|permission|memory is not known/;

t.test('an engine has the rights it needs, and not one it does not', async (t) => {
  const { redis, operator } = await restrictedRedis(t);
  const store = new RedisStockStore({ url: redis.engineUrl, timeoutMs: 5_000, adjustmentRetentionMs: 1 });
  t.teardown(() => store.close());
  const live = async (): Promise<void> => {
    await operator.flushall();
    await operator.call('FUNCTION', 'FLUSH');
    await wholeLife(store);
  };
  await live();
  const permissions = permissionsOf('holdfast');
  t.ok(permissions.length > 10);
  for (const permission of permissions) {
    await operator.call('ACL', 'SETUSER', 'holdfast', permission.replace('+', '-'));
    await t.rejects(live(), REFUSED, `${permission} is needed`);
    await operator.call('ACL', 'SETUSER', 'holdfast', permission);
  }
  await t.resolves(live(), 'and with all of them all is well again');
});

t.test('a recovery has two rights more, and needs both', async (t) => {
  const { redis, operator } = await restrictedRedis(t);
  const more = permissionsOf('holdfast-recovery').filter((rule) => !permissionsOf('holdfast').includes(rule));
  t.same(more, ['+exists', '+unlink']);
  const options = { timeoutMs: 5_000, adjustmentRetentionMs: 1 };
  const store = new RedisStockStore({ url: redis.recoveryUrl, ...options });
  t.teardown(() => store.close());
  const recover = async (): Promise<void> => {
    await operator.flushall();
    await operator.call('FUNCTION', 'FLUSH');
    await store.open();
    const scope = { partition: 0, epoch: 2, seqSeen: 0, partitions: 1 };
    for (const call of [{ operation: 'seal' } as const, { operation: 'restore_begin', last: 0 } as const]) {
      const [result] = await store.execute([{ ...scope, ...call }]);
      if (result?.kind !== 'reply') throw new Error(JSON.stringify(result));
    }
  };
  await recover();
  for (const permission of more) {
    await operator.call('ACL', 'SETUSER', 'holdfast-recovery', permission.replace('+', '-'));
    await t.rejects(recover(), REFUSED, `${permission} is needed`);
    await operator.call('ACL', 'SETUSER', 'holdfast-recovery', permission);
  }
});

const FORBIDDEN: readonly string[] = [
  ...['CONFIG GET maxmemory', 'CONFIG SET appendfsync no', 'CONFIG REWRITE', 'CONFIG RESETSTAT'],
  ...['FLUSHALL', 'FLUSHDB', 'SWAPDB 0 1', 'SELECT 1', 'KEYS *', 'SCAN 0', 'RANDOMKEY', 'DBSIZE'],
  ...['DEBUG SLEEP 0', 'SHUTDOWN', 'SAVE', 'BGSAVE', 'BGREWRITEAOF', 'REPLICAOF NO ONE', 'FAILOVER'],
  ...['MONITOR', 'SLOWLOG GET', 'LATENCY RESET', 'MEMORY DOCTOR', 'OBJECT ENCODING {p0}:skus'],
  ...['CLIENT LIST', 'CLIENT KILL ID 1', 'CLIENT PAUSE 1', 'ACL LIST', 'ACL SETUSER me on', 'ACL WHOAMI'],
  ...[
    'EVAL return 0',
    'SCRIPT FLUSH',
    'FUNCTION FLUSH',
    'FUNCTION DELETE any',
    'FUNCTION DUMP',
    'FUNCTION KILL',
  ],
  ...['MODULE LIST', 'MIGRATE h 1 k 0 1', 'CLUSTER RESET', 'PUBLISH c m', 'SUBSCRIBE c'],
  ...[
    'DEL {p0}:skus',
    'UNLINK {p0}:skus',
    'RENAME {p0}:skus {p0}:x',
    'EXPIRE {p0}:skus 1',
    'COPY {p0}:a {p0}:b',
  ],
  ...['SET {p0}:meta 1', 'GET {p0}:meta', 'HGETALL {p0}:meta', 'RESTORE {p0}:x 0 x', 'DUMP {p0}:meta'],
  ...['XGROUP CREATE {p0}:events g 0', 'XDEL {p0}:events 1-0', 'XREAD STREAMS {p0}:events 0'],
  // Permitted commands, other keys.
  ...[
    'HSET other:meta seq 1',
    'HGET session token',
    'XADD log * a b',
    'ZADD {q0}:deadlines 1 a',
    'XRANGE {x}:y - +',
  ],
];

t.test('what an engine never does is not permitted, and nobody comes in without a name', async (t) => {
  const { redis } = await restrictedRedis(t);
  const engine = connect(t, redis.engineUrl);
  const admin = connect(t, redis.adminUrl);
  for (const line of FORBIDDEN) {
    const [name = '', ...args] = line.split(' ');
    await t.rejects(engine.call(name, ...args), /NOPERM/, line);
    if (line.startsWith('CONFIG GET')) continue;
    await t.rejects(admin.call(name, ...args), /NOPERM/, `the administrator: ${line}`);
  }
  t.same(await admin.call('CONFIG', 'GET', 'appendonly'), ['appendonly', 'yes']);
  for (const line of ['HGET {p0}:meta seq', 'FCALL any 1 {p0}:meta', 'TIME', 'XLEN {p0}:events']) {
    const [name = '', ...args] = line.split(' ');
    await t.rejects(admin.call(name, ...args), /NOPERM/, `the administrator: ${line}`);
  }
  const nobody = connect(t, `redis://127.0.0.1:${redis.port}`);
  await t.rejects(nobody.call('INFO'), /NOAUTH/);
  const guessing = connect(t, `redis://default:guess@127.0.0.1:${redis.port}`);
  await t.rejects(guessing.call('INFO'), /NOAUTH|WRONGPASS|closed/);
});

t.test('an engine sells, settles and audits as the shipped user', async (t) => {
  const { redis, operator } = await restrictedRedis(t);
  await operator.call('CONFIG', 'SET', 'appendfsync', 'always');
  const engine = await startEngineOn(t, { REDIS_URL: redis.engineUrl, REDIS_ADMIN_URL: redis.adminUrl });
  const shop = new Shop(engine);
  await shop.offer('phone', { total: 2, holdTtlMs: 60_000 });
  const held = await shop.expect(201, shop.hold('phone', 'ada', 2, 'order-0001'));
  await shop.expect(409, shop.hold('phone', 'bob', 1, 'order-0002'));
  await shop.expect(200, shop.confirm(String(held.body.holdId), 'paid'));
  await until(async () => (await shop.audit('phone')).conserved);
  t.match((await shop.operate('GET', '/readyz')).status, 200);
  t.same(await operator.call('ACL', 'LOG'), [], 'Redis refused it nothing');
  await redis.restart();
  await until(async () => (await shop.operate('GET', '/readyz')).status === 200);
  t.match(await shop.sku('phone'), { sold: 2 }, 'a restart reads back what it wrote');
});

t.test('without an administrator the settings are not known, which is refused with the remedy', async (t) => {
  const { redis } = await restrictedRedis(t);
  await t.rejects(startEngineOn(t, { REDIS_URL: redis.engineUrl }), /REDIS_ADMIN_URL/);
});
