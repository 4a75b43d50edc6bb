import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import t, {} from 'tap';
import { STEPS } from '../../src/ledger/transactions.js';
import { startPostgres } from '../../src/services/postgres.js';
import { exitOf } from '../../src/services/processes.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { digestsFromRows, digestsOf, storedDigests } from './rows.js';
import { runWriter, stage } from './support.js';
leftovers(t);
const PROGRAM = fileURLToPath(new URL('./crashing-writer.js', import.meta.url));
function spawnWriter(t, here, crashAt) {
    const { epoch, partitions } = here.deployment;
    const child = spawn(process.execPath, [PROGRAM, here.redisUrl, here.databaseUrl, String(epoch), String(partitions), crashAt], { stdio: ['ignore', 'ignore', 'inherit'] });
    t.teardown(async () => {
        child.kill('SIGKILL');
        await exitOf(child);
    });
    return child;
}
/** Events whose transaction needs every statement there is: new SKUs, new holds, and ends of holds already in Postgres. */
async function addEvents({ streams }, round) {
    await streams.define(round % 2, `sku-${round}`, 1000);
    await streams.hold(round % 2, `sku-${round}`, 20);
    await streams.end(round % 2, 'confirmed', 3);
    await streams.end(round % 2, 'expired', 20);
    await streams.hold(round % 2, `sku-${round}`, 30);
}
async function agrees(t, here, what) {
    const expected = digestsOf(here.streams.written);
    t.same(await storedDigests(here.pool), expected, `${what}: every event once`);
    t.same(await digestsFromRows(here.pool), expected, `${what}: the rows say what the stream says`);
    const { rows } = await here.pool.query(`SELECT (SELECT count(*)::integer FROM holdfast.holds WHERE state = 'held') AS held`);
    t.equal(rows[0].held, here.streams.live.length, `${what}: live holds`);
}
t.test('a writer killed between any two statements leaves each event in Postgres exactly once', async (t) => {
    const here = await stage(t, 2);
    await addEvents(here, 0);
    const first = runWriter(t, here);
    t.ok(await first.writer.flush(10_000));
    await first.stop();
    for (const [index, step] of STEPS.entries()) {
        await addEvents(here, index + 1);
        const before = (await storedDigests(here.pool)).size;
        const exit = await exitOf(spawnWriter(t, here, step));
        t.equal(exit.signal, 'SIGKILL', `killed before ${step}`);
        const after = (await storedDigests(here.pool)).size;
        t.equal(after, step === 'committed' ? here.streams.written.length : before, 'all of it or nothing of it');
        const next = runWriter(t, here);
        t.ok(await next.writer.flush(10_000), 'the next writer goes on');
        await next.stop();
        t.same(next.alarms, []);
        await agrees(t, here, `killed before ${step}`);
    }
});
t.test('with COMMIT in flight', async (t) => {
    // A COMMIT that waits for a standby that never comes is in flight for as long as the test wants.
    const server = await startPostgres({
        directory: temporaryDirectory(t, 'commit'),
        fsync: false,
        extra: { wal_level: 'replica', max_wal_senders: '2' },
    });
    t.teardown(() => server.stop());
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    t.teardown(() => admin.end());
    const standby = async (name) => {
        await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
        await admin.query('SELECT pg_reload_conf()');
        await until(async () => {
            const { rows } = await admin.query('SHOW synchronous_standby_names');
            return rows[0].synchronous_standby_names === name;
        });
    };
    const sessions = async (waitEvent) => {
        const { rows } = await admin.query('SELECT pid FROM pg_stat_activity WHERE wait_event = $1', [waitEvent]);
        return rows.map(({ pid }) => pid);
    };
    t.test('the writer is killed, and the next one comes while Postgres still commits', async (t) => {
        const here = await stage(t, 2, await server.createDatabase('killed'));
        await addEvents(here, 1);
        await standby('nobody');
        const child = spawnWriter(t, here, 'none');
        const [committing] = await until(async () => {
            const found = await sessions('SyncRep');
            return found.length > 0 ? found : undefined;
        });
        child.kill('SIGKILL');
        await exitOf(child);
        // Its lock is still held by the session that commits: the fence alone must do.
        const next = runWriter(t, here, { exclusive: false });
        await until(async () => (await sessions('transactionid')).length > 0, { what: 'a writer at the fence' });
        t.same(await sessions('SyncRep'), [committing]);
        await standby('');
        t.ok(await next.writer.flush(10_000));
        t.ok(next.writer.counters.fenced >= 1, 'the second writer was fenced off and began again');
        await agrees(t, here, 'killed during COMMIT');
    });
    t.test('the session is terminated: nobody tells the writer that it was committed', async (t) => {
        const here = await stage(t, 2, await server.createDatabase('terminated'));
        await addEvents(here, 1);
        const { writer, alarms } = runWriter(t, here);
        await standby('nobody');
        await addEvents(here, 2);
        const [committing] = await until(async () => {
            const found = await sessions('SyncRep');
            return found.length > 0 ? found : undefined;
        });
        await admin.query('SELECT pg_terminate_backend($1)', [committing]);
        await standby('');
        t.ok(await writer.flush(10_000));
        t.match(alarms[0], { kind: 'postgres_down' });
        t.match(alarms[1], { kind: 'postgres_back' });
        t.equal(writer.counters.failed, 1);
        await agrees(t, here, 'terminated during COMMIT');
    });
});
//# sourceMappingURL=crashes.test.js.map