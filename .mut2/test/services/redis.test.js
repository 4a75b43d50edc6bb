import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import t, {} from 'tap';
import { isAlive } from '../../src/services/processes.js';
import { durableSettings, startRedis } from '../../src/services/redis.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { singleRedis } from '../support/redis.js';
leftovers(t);
function connect(t, url) {
    const client = new Redis(url, { lazyConnect: false });
    // A server that is stopped on purpose would otherwise print its lost connections.
    client.on('error', () => undefined);
    t.teardown(() => client.disconnect());
    return client;
}
t.test('every durable setting is in force, and nobody but this machine can connect', async (t) => {
    const redis = await singleRedis(t, 'it is about one server', { maxMemoryBytes: 64 * 1024 ** 2 });
    const client = connect(t, redis.url);
    for (const [name, value] of Object.entries(durableSettings(64 * 1024 ** 2))) {
        t.same(await client.config('GET', name), [name, value.replaceAll('"', '')]);
    }
    t.same(await client.config('GET', 'bind'), ['bind', '127.0.0.1']);
    t.same(await client.config('GET', 'dir'), ['dir', redis.directory]);
});
t.test('a test can weaken a setting, as negative control', async (t) => {
    const redis = await singleRedis(t, 'it is about one server', { extra: { appendfsync: 'everysec' } });
    t.same(await connect(t, redis.url).config('GET', 'appendfsync'), ['appendfsync', 'everysec']);
});
t.test('a restart keeps the data and the port', async (t) => {
    const redis = await singleRedis(t, 'it is about one server');
    const client = connect(t, redis.url);
    await client.set('sold', '7');
    const pid = redis.pid;
    await redis.restart();
    t.not(redis.pid, pid);
    t.notOk(isAlive(pid));
    t.equal(await client.get('sold'), '7');
});
t.test('data outlives kill -9', async (t) => {
    const redis = await singleRedis(t, 'it is about one server');
    const client = connect(t, redis.url);
    await client.set('sold', '7');
    await redis.kill('SIGKILL');
    t.notOk(isAlive(redis.pid));
    await redis.restart();
    t.equal(await client.get('sold'), '7');
});
t.test('a server that a crashed run left on the directory is ended before another starts', async (t) => {
    const directory = temporaryDirectory(t, 'redis');
    const left = await startRedis({ directory });
    t.teardown(() => left.stop());
    await connect(t, left.url).set('sold', '7');
    const next = await startRedis({ directory });
    t.teardown(() => next.stop());
    t.notOk(isAlive(left.pid), 'one append-only file, one server');
    t.equal(await connect(t, next.url).get('sold'), '7');
});
t.test('a state file that names a process of somebody else ends nobody', async (t) => {
    const directory = temporaryDirectory(t, 'redis');
    const other = await singleRedis(t, 'it is about one server');
    writeFileSync(join(directory, 'redis.state.json'), JSON.stringify({ pid: other.pid, port: other.port }));
    const redis = await startRedis({ directory });
    t.teardown(() => redis.stop());
    t.ok(isAlive(other.pid));
    t.not(redis.pid, other.pid);
});
t.test('stopping removes the state file, and stopping again does nothing', async (t) => {
    const directory = temporaryDirectory(t, 'redis');
    const redis = await startRedis({ directory });
    t.ok(existsSync(join(directory, 'redis.state.json')));
    await redis.stop();
    t.notOk(isAlive(redis.pid));
    t.notOk(existsSync(join(directory, 'redis.state.json')));
    await redis.stop();
});
t.test('a taken port is named in the error', async (t) => {
    const server = createServer();
    const port = await new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve(server.address().port));
    });
    t.teardown(() => server.close());
    await t.rejects(startRedis({ directory: temporaryDirectory(t, 'redis'), port }), {
        message: new RegExp(`did not start on port ${port}: .*in use`, 's'),
    });
});
t.test('a damaged append-only file is refused instead of started without its end', async (t) => {
    const redis = await singleRedis(t, 'it is about one server');
    await connect(t, redis.url).set('sold', '7');
    await redis.stop();
    const file = join(redis.directory, 'appendonlydir', 'appendonly.aof.1.incr.aof');
    writeFileSync(file, readFileSync(file).subarray(0, -3));
    const manifest = join(redis.directory, 'appendonlydir', 'appendonly.aof.manifest');
    await t.rejects(redis.restart(), {
        message: new RegExp(`ends in the middle of a write.*redis-check-aof --fix ${manifest} and start again`),
    });
    const fixed = spawnSync('redis-check-aof', ['--fix', manifest], { input: 'y\n' });
    t.equal(fixed.status, 0, 'what it says helps');
    await redis.restart();
});
//# sourceMappingURL=redis.test.js.map