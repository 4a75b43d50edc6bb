import pg from 'pg';
import t, {} from 'tap';
import { DeploymentRefused, markStockReady, mintEpoch, openDeployment } from '../../src/ledger/deployment.js';
import { migrate, SchemaRefused } from '../../src/ledger/migrator.js';
import { sqlFiles } from '../../src/ledger/sql.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';
import { runWriter, stage } from './support.js';
leftovers(t);
async function freshPool(t) {
    const pool = new pg.Pool({ connectionString: await freshDatabase(t), max: 4 });
    // `end` does not wait for the sockets: a connection may still be there when its database is dropped.
    pool.on('error', () => undefined);
    t.teardown(() => pool.end());
    return pool;
}
t.test('engines that start together make one deployment', async (t) => {
    const pool = await freshPool(t);
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDeployment(pool, { partitions: 8 })));
    const { rows } = await pool.query('SELECT count(*)::integer AS n FROM holdfast.epochs');
    t.equal(rows[0].n, 1, 'one of them made it');
    t.equal(new Set(opened.map(({ holdIdSecret }) => holdIdSecret)).size, 1, 'all have the same secret');
    const { epoch: first } = opened[0];
    t.ok(first >= 1 && first <= 1_000_000_000, 'epochs begin somewhere, as no other deployment’s do');
    for (const { epoch, firstEpoch, partitions, positions } of opened) {
        t.same({ epoch, firstEpoch, partitions }, { epoch: first, firstEpoch: first, partitions: 8 });
        t.same(positions.map(({ partition, seq }) => [partition, seq]), [0, 1, 2, 3, 4, 5, 6, 7].map((partition) => [partition, 0]));
    }
});
t.test('another number of partitions or another secret is refused', async (t) => {
    const pool = await freshPool(t);
    const holdIdSecret = 's'.repeat(40);
    await openDeployment(pool, { partitions: 8, holdIdSecret });
    await t.rejects(openDeployment(pool, { partitions: 16, holdIdSecret }), {
        name: 'DeploymentRefused',
        message: /PARTITIONS is 16, but this deployment was made with 8.*set PARTITIONS=8/,
    });
    await t.rejects(openDeployment(pool, { partitions: 8, holdIdSecret: 'other' }), DeploymentRefused);
    await t.rejects(openDeployment(pool, { partitions: 8 }), /HOLD_ID_SECRET is empty/);
    t.equal((await openDeployment(pool, { partitions: 8, holdIdSecret })).holdIdSecret, holdIdSecret);
    const { rows } = await pool.query('SELECT hold_id_secret FROM holdfast.deployment');
    t.equal(rows[0].hold_id_secret, null, 'a secret from outside is not kept');
});
t.test('each epoch remembers whether its stock store was made', async (t) => {
    const pool = await freshPool(t);
    const ready = async () => (await openDeployment(pool, { partitions: 1 })).stockReady;
    t.notOk(await ready());
    await markStockReady(pool, (await openDeployment(pool, { partitions: 1 })).epoch);
    t.ok(await ready());
    await mintEpoch(pool, 'a test');
    t.notOk(await ready());
});
t.test('a schema newer than the code is refused', async (t) => {
    const pool = await freshPool(t);
    await openDeployment(pool, { partitions: 1 });
    await pool.query(`INSERT INTO holdfast.migrations (name, checksum) VALUES ('999-future.sql', 'x')`);
    await t.rejects(openDeployment(pool, { partitions: 1 }), {
        name: 'SchemaRefused',
        message: /999-future\.sql.*made by a newer one/,
    });
});
t.test('a migration that was changed after it ran is refused; a new one runs, whole or not at all', async (t) => {
    const pool = await freshPool(t);
    const client = await pool.connect();
    t.teardown(() => client.release());
    const files = sqlFiles('migrations');
    t.same((await migrate(client, files)).applied, files.map(({ name }) => name));
    t.same((await migrate(client, files)).applied, []);
    const changed = files.map((file, index) => (index === 0 ? { ...file, text: `${file.text} ` } : file));
    await t.rejects(migrate(client, changed), SchemaRefused);
    const broken = {
        name: '900-broken.sql',
        text: 'CREATE TABLE holdfast.half (); SELECT no_such_function()',
    };
    await t.rejects(migrate(client, [...files, broken]), /no_such_function/);
    const { rows } = await client.query(`SELECT to_regclass('holdfast.half') AS half`);
    t.equal(rows[0].half, null);
});
t.test('a writer of an old epoch stops', async (t) => {
    const here = await stage(t, 2);
    await here.streams.define(0, 'a', 10);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    const { epoch } = here.deployment;
    t.equal(await mintEpoch(here.pool, 'a test'), epoch + 1);
    await here.streams.hold(0, 'a', 1);
    await until(() => writer.state.kind === 'stopped');
    t.match(alarms, [{ kind: 'epoch_changed', expected: epoch, found: epoch + 1 }]);
    const { rows } = await here.pool.query('SELECT count(*)::integer AS n FROM holdfast.ledger_events');
    t.equal(rows[0].n, 1, 'and wrote nothing into the new one');
});
//# sourceMappingURL=deployment.test.js.map