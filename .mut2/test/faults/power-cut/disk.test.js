import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import t, {} from 'tap';
import { temporaryDirectory } from '../../support/directories.js';
import { leftovers } from '../../support/leftovers.js';
import { singleRedis } from '../../support/redis.js';
import { until } from '../../support/until.js';
import { startAgain } from '../redis-repair.js';
import { Disk } from './disk.js';
import { powerCutsNeed, withPowerCuts } from './shim.js';
leftovers(t);
const need = powerCutsNeed();
const skip = need === undefined ? {} : { skip: need };
const WRITES = 200;
async function writesThatSurvive(t, extra, survives) {
    const redis = await singleRedis(t, 'the files of one server', { env: withPowerCuts(), extra });
    const disk = new Disk(redis.directory);
    const client = new Redis(redis.url, { retryStrategy: () => null });
    client.on('error', () => undefined);
    for (let number = 1; number <= WRITES; number += 1)
        await client.rpush('acknowledged', `${number}`.repeat(50));
    await redis.kill('SIGKILL');
    disk.cut(survives);
    await startAgain(redis);
    const again = new Redis(redis.url);
    t.teardown(() => again.disconnect());
    return await again.llen('acknowledged');
}
t.test('appendfsync always: a power cut takes nothing that was acknowledged', skip, async (t) => {
    t.equal(await writesThatSurvive(t, {}, 0), WRITES);
});
t.test('appendfsync no: a power cut takes it all, or tears the last write', skip, async (t) => {
    t.equal(await writesThatSurvive(t, { appendfsync: 'no' }, 0), 0);
    const survived = await writesThatSurvive(t, { appendfsync: 'no' }, 0.501);
    t.ok(survived > 0 && survived < WRITES, `${survived} of ${WRITES}`);
});
t.test('a rewritten file survives: its names were synced with their directory', skip, async (t) => {
    const redis = await singleRedis(t, 'the files of one server', { env: withPowerCuts() });
    const disk = new Disk(redis.directory);
    const client = new Redis(redis.url, { retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.set('before', '1');
    await client.call('BGREWRITEAOF');
    await until(async () => /aof_rewrite_in_progress:0/.test(await client.info('persistence')));
    await client.set('after', '2');
    await redis.kill('SIGKILL');
    disk.cut(0);
    t.match(readFileSync(join(redis.directory, 'appendonlydir', 'appendonly.aof.manifest'), 'utf8'), /\.2\.base/);
    await redis.restart();
    const again = new Redis(redis.url);
    t.teardown(() => again.disconnect());
    t.same(await again.mget('before', 'after'), ['1', '2']);
});
t.test('a rename that no directory sync covers is undone, a file is as long as it was synced', async (t) => {
    const server = temporaryDirectory(t, 'disk');
    const folder = join(server, 'appendonlydir');
    mkdirSync(folder);
    mkdirSync(join(server, 'power-cut'));
    const manifest = join(folder, 'appendonly.aof.manifest');
    writeFileSync(manifest, 'old');
    writeFileSync(join(folder, 'data'), 'synced');
    const disk = new Disk(server);
    const { ino } = statSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data'), 'synced, and not', { flag: 'r+' });
    writeFileSync(join(server, 'power-cut.log'), `S ${ino} 7\n`);
    writeFileSync(join(folder, 'new'), 'new');
    // What the shim does before a rename takes a name away.
    renameSync(manifest, join(server, 'power-cut', String(statSync(manifest).ino)));
    renameSync(join(folder, 'new'), manifest);
    t.same(disk.cut(0), { lostBytes: 8, isTorn: false });
    t.equal(readFileSync(manifest, 'utf8'), 'old');
    t.equal(readFileSync(join(folder, 'data'), 'utf8'), 'synced,');
});
//# sourceMappingURL=disk.test.js.map