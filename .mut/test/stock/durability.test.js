import { Redis } from 'ioredis';
import t, {} from 'tap';
import { findDurabilityWeaknesses } from '../../src/stock/durability.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
leftovers(t);
function connect(t, url) {
    const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    t.teardown(() => redis.disconnect());
    return redis;
}
t.test('our own Redis has no weakness, and each weaker setting is named with its risk', async (t) => {
    const server = await singleRedis(t, 'the settings of one server');
    const redis = connect(t, server.url);
    t.same(await findDurabilityWeaknesses(redis), []);
    const weaker = [
        ['appendfsync', 'everysec', 'always'],
        ['no-appendfsync-on-rewrite', 'yes', 'no'],
        ['aof-load-truncated', 'yes', 'no'],
        ['maxmemory', '0', 'more than 0'],
        ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
    ];
    for (const [setting, found, wanted] of weaker) {
        const [, before] = (await redis.call('CONFIG', 'GET', setting));
        await redis.config('SET', setting, found);
        const weaknesses = await findDurabilityWeaknesses(redis);
        t.match(weaknesses, [{ setting, found, wanted, risk: /\w{3,}/ }]);
        t.equal(weaknesses.length, 1);
        await redis.config('SET', setting, before);
    }
});
t.test('a Redis without an append-only file is found out', async (t) => {
    const server = await singleRedis(t, 'the settings of one server', { extra: { appendonly: 'no' } });
    t.match(await findDurabilityWeaknesses(connect(t, server.url)), [{ setting: 'appendonly', found: 'no' }]);
});
t.test('a Redis that does not say is not taken for durable', async (t) => {
    const server = await singleRedis(t, 'the settings of one server');
    const admin = connect(t, server.url);
    await admin.call('ACL', 'SETUSER', 'engine', 'on', '>secret', '~*', '+@all', '-config');
    const url = server.url.replace('redis://', 'redis://engine:secret@');
    const weaknesses = await findDurabilityWeaknesses(connect(t, url));
    t.match(weaknesses, [{ setting: 'CONFIG GET', found: 'not permitted', risk: /REDIS_ADMIN_URL/ }]);
});
t.test('a Redis that would not read all of its append-only file back is found out', async (t) => {
    const server = await singleRedis(t, 'the settings of one server');
    const redis = connect(t, server.url);
    await redis.call('ACL', 'SETUSER', 'default', '-flushall');
    t.match(await findDurabilityWeaknesses(redis), [{ setting: 'user default', found: '~* +@all -flushall' }]);
    await redis.call('ACL', 'SETUSER', 'default', '+@all', 'resetkeys', '~{p*}:*');
    t.match(await findDurabilityWeaknesses(redis), [{ setting: 'user default', found: '~{p*}:* +@all' }]);
    await redis.call('ACL', 'SETUSER', 'engine', 'on', '>secret', '+config|get', '+info');
    const url = server.url.replace('redis://', 'redis://engine:secret@');
    t.match(await findDurabilityWeaknesses(connect(t, url)), [
        { setting: 'user default', found: /not permitted/ },
    ]);
});
//# sourceMappingURL=durability.test.js.map