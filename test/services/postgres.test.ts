import pg from 'pg';
import t from 'tap';
import { startPostgres } from '../../src/services/postgres.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';

leftovers(t);

async function queryOne(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

t.test('a database outlives kill -9 of the server', async (t) => {
  const directory = temporaryDirectory(t, 'postgres');
  const server = await startPostgres({ directory });
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
});

t.test('freshDatabase is empty', async (t) => {
  const [first, second] = await Promise.all([freshDatabase(t), freshDatabase(t)]);
  t.not(first, second);
  await queryOne(first, 'CREATE TABLE only_here (n int)');
  t.same(await queryOne(second, "SELECT to_regclass('only_here')"), { to_regclass: null });
});
