import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import t from 'tap';
import { lockDirectory } from '../../src/services/directory-lock.js';
import { localServicesOf, startLocalServices } from '../../src/services/local.js';
import { freePort, isPortFree } from '../../src/services/ports.js';
import { isAlive } from '../../src/services/processes.js';
import { redisPid } from '../../src/services/redis-wire.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
leftovers(t);
const quiet = { note: () => undefined };
async function remember(redisUrl, databaseUrl) {
    const redis = new Redis(redisUrl);
    await redis.hset('{p0}:meta', 'sold', '7');
    redis.disconnect();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('CREATE TABLE sold AS SELECT 7 AS n');
    await client.end();
}
async function remembered(redisUrl, databaseUrl) {
    const redis = new Redis(redisUrl);
    const stock = await redis.hget('{p0}:meta', 'sold');
    redis.disconnect();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query("SELECT to_regclass('sold')::text AS ledger");
    await client.end();
    return { stock, ...rows[0] };
}
t.test('data survives a stop, and fresh begins empty', async (t) => {
    const directory = temporaryDirectory(t, 'local');
    const first = await startLocalServices({ directory, fresh: false, ...quiet });
    await remember(first.redisUrl, first.databaseUrl);
    await first.stop();
    const second = await startLocalServices({ directory, fresh: false, ...quiet });
    t.same(await remembered(second.redisUrl, second.databaseUrl), { stock: '7', ledger: 'sold' });
    await second.stop();
    const third = await startLocalServices({ directory, fresh: true, ...quiet });
    t.teardown(() => third.stop());
    t.same(await remembered(third.redisUrl, third.databaseUrl), { stock: null, ledger: null });
});
t.test('a second start in one directory is refused, and leaves the first alone', async (t) => {
    const directory = temporaryDirectory(t, 'local');
    const given = { redisUrl: 'redis://given', databaseUrl: 'postgres://given' };
    const first = await startLocalServices({ directory, fresh: false, ...given, ...quiet });
    await t.rejects(startLocalServices({ directory, fresh: true, ...given, ...quiet }), {
        message: new RegExp(`runs here already \\(process ${process.pid}\\)`),
    });
    t.ok(existsSync(join(directory, 'lock')));
    t.same(localServicesOf(directory), { ...given, redisRecoveryUrl: given.redisUrl, redisAdminUrl: '' }, 'a command beside it finds the stores');
    await first.stop();
    t.equal(localServicesOf(directory), undefined);
    const second = await startLocalServices({ directory, fresh: false, ...given, ...quiet });
    t.equal(second.redisUrl, 'redis://given');
    t.equal(second.databaseUrl, 'postgres://given');
    await second.stop();
});
t.test('the lock of a process that is gone, or of a pid given to another since, is taken over', (t) => {
    const directory = temporaryDirectory(t, 'lock');
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, startTicks: '1' }));
    lockDirectory(directory)();
    writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
    lockDirectory(directory)();
    writeFileSync(join(directory, 'lock'), '');
    lockDirectory(directory)();
    t.notOk(existsSync(join(directory, 'lock')));
    t.end();
});
t.test('a private store that dies comes back with its data', async (t) => {
    const notes = [];
    const services = await startLocalServices({
        directory: temporaryDirectory(t, 'local'),
        fresh: false,
        databaseUrl: 'postgres://given',
        note: (line) => notes.push(line),
    });
    t.teardown(() => services.stop());
    const { port, username, password } = new URL(services.redisAdminUrl);
    const peer = { port: Number(port), login: { user: username, password } };
    const pid = await until(() => redisPid(peer));
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    const next = await until(() => redisPid(peer), { timeoutMs: 20_000 });
    t.not(next, pid);
    await until(() => notes.length === 2);
    t.match(notes, [/Redis ended unexpectedly/, /Redis is back/]);
});
t.test('isPortFree tells a taken port', async (t) => {
    const port = await freePort();
    t.ok(await isPortFree(port));
    const { createServer } = await import('node:net');
    const server = createServer();
    await new Promise((resolve) => {
        server.listen(port, '127.0.0.1', resolve);
    });
    t.notOk(await isPortFree(port));
    server.close();
});
//# sourceMappingURL=local.test.js.map