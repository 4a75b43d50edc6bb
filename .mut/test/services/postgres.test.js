import { chmodSync, existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t from 'tap';
import { startPostgres } from '../../src/services/postgres.js';
import { removeAbandonedPlaces, removePostgresDirectory } from '../../src/services/postgres-directory.js';
import { isAlive } from '../../src/services/processes.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
leftovers(t);
async function queryOne(url, sql) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
        return (await client.query(sql)).rows[0];
    }
    finally {
        await client.end();
    }
}
t.test('the settings the ledger relies on are in force', async (t) => {
    const server = await startPostgres({ directory: temporaryDirectory(t, 'postgres') });
    t.teardown(() => server.stop());
    const wanted = {
        fsync: 'on',
        synchronous_commit: 'on',
        full_page_writes: 'on',
        listen_addresses: '127.0.0.1',
        server_encoding: 'UTF8',
        TimeZone: 'UTC',
    };
    for (const [name, value] of Object.entries(wanted)) {
        t.same(await queryOne(server.url, `SELECT current_setting('${name}') AS value`), { value }, name);
    }
    const collation = 'SELECT datcollate FROM pg_database WHERE datname = current_database()';
    t.same(await queryOne(server.url, collation), { datcollate: 'C' });
});
t.test('a database outlives kill -9 of the server', async (t) => {
    const server = await startPostgres({ directory: temporaryDirectory(t, 'postgres') });
    t.teardown(() => server.stop());
    const url = await server.createDatabase('shop');
    await queryOne(url, 'CREATE TABLE sold (n int)');
    await queryOne(url, 'INSERT INTO sold VALUES (7)');
    await server.kill('SIGKILL');
    await t.rejects(queryOne(url, 'SELECT 1'));
    await server.restart();
    t.same(await queryOne(url, 'SELECT n FROM sold'), { n: 7 });
    t.equal(await server.createDatabase('shop'), url, 'creating it again keeps it');
    t.same(await queryOne(url, 'SELECT n FROM sold'), { n: 7 });
    await server.dropDatabase('shop');
    await t.rejects(queryOne(url, 'SELECT 1'), /does not exist/);
});
t.test('a server that a crashed run left on the directory is ended before another starts', async (t) => {
    const directory = temporaryDirectory(t, 'postgres');
    const left = await startPostgres({ directory });
    t.teardown(() => left.stop());
    const next = await startPostgres({ directory });
    t.teardown(() => next.stop());
    t.notOk(isAlive(left.pid));
    t.same(await queryOne(next.url, 'SELECT 1 AS n'), { n: 1 });
});
t.test('a pid file that names a living process of somebody else does not stop the start', async (t) => {
    const directory = temporaryDirectory(t, 'postgres');
    const first = await startPostgres({ directory });
    await first.stop();
    const stale = [String(process.pid), join(directory, 'data'), '1', String(first.port), '', '', ''].join('\n');
    writeFileSync(join(directory, 'data', 'postmaster.pid'), stale);
    const second = await startPostgres({ directory });
    t.teardown(() => second.stop());
    t.same(await queryOne(second.url, 'SELECT 1 AS n'), { n: 1 });
});
t.test('a set-up that was interrupted is begun again', async (t) => {
    const directory = temporaryDirectory(t, 'postgres');
    const data = join(directory, 'data');
    const first = await startPostgres({ directory });
    await first.stop();
    // What an initdb that was killed leaves: files of a cluster, and no sign of its end.
    rmSync(join(data, 'holdfast.complete'));
    rmSync(join(data, 'global'), { recursive: true });
    const second = await startPostgres({ directory });
    t.teardown(() => second.stop());
    t.same(await queryOne(second.url, 'SELECT 1 AS n'), { n: 1 });
});
const asRoot = process.getuid?.() === 0 ? false : 'only root needs another account for Postgres';
t.test('under a directory closed to its account, data is kept outside and not for ever', { skip: asRoot }, async (t) => {
    const closed = temporaryDirectory(t, 'closed');
    chmodSync(closed, 0o700);
    const first = join(closed, 'first');
    const server = await startPostgres({ directory: first });
    t.teardown(() => server.stop());
    const place = realpathSync(join(first, 'data'));
    t.match(place, /^\/var\/lib\/holdfast\/data-/);
    await queryOne(server.url, 'CREATE TABLE sold AS SELECT 7 AS n');
    await server.stop();
    const again = await startPostgres({ directory: first });
    t.teardown(() => again.stop());
    t.same(await queryOne(again.url, 'SELECT n FROM sold'), { n: 7 });
    rmSync(first, { recursive: true });
    removeAbandonedPlaces();
    t.ok(existsSync(place), 'a server still runs there');
    await again.stop();
    const second = join(closed, 'second');
    const other = await startPostgres({ directory: second });
    t.notOk(existsSync(place), 'the next start removes what nobody can find any more');
    await other.stop();
    const otherPlace = realpathSync(join(second, 'data'));
    removePostgresDirectory(second);
    t.notOk(existsSync(otherPlace));
});
t.test('freshDatabase is empty', async (t) => {
    const [first, second] = await Promise.all([freshDatabase(t), freshDatabase(t)]);
    t.not(first, second);
    await queryOne(first, 'CREATE TABLE only_here (n int)');
    t.same(await queryOne(second, "SELECT to_regclass('only_here')"), { to_regclass: null });
});
//# sourceMappingURL=postgres.test.js.map