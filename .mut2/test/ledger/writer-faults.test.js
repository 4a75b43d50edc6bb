import t from 'tap';
import { encodeEvent } from '../../src/events/codec.js';
import { eventsKey } from '../../src/events/reader.js';
import { LEADER_LOCK } from '../../src/ledger/transactions.js';
import { startPostgres } from '../../src/services/postgres.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { digestsFromRows, digestsOf, storedDigests } from './rows.js';
import { runWriter, stage } from './support.js';
leftovers(t);
t.test('two writers at once: the fence lets each event through once', async (t) => {
    const here = await stage(t, 4);
    for (const partition of [0, 1, 2, 3])
        await here.streams.define(partition, `sku-${partition}`, 100_000);
    const options = { exclusive: false, batchRows: 200, flushMs: 10 };
    const writers = [runWriter(t, here, options), runWriter(t, here, options)];
    for (let round = 0; round < 150; round += 1) {
        await here.streams.hold(round % 4, `sku-${round % 4}`, 20);
        if (round % 5 === 0)
            await here.streams.end(round % 4, 'confirmed', 10);
    }
    for (const { writer } of writers)
        t.ok(await writer.flush(20_000));
    const counters = writers.map(({ writer }) => writer.counters);
    t.equal(counters[0].rows + counters[1].rows, 3000 + 4 + 300, 'each row was written by one of them');
    t.same([counters[0].quarantined, counters[1].quarantined], [0, 0]);
    t.ok(counters[0].fenced + counters[1].fenced > 0, 'and they did meet');
    t.same(await digestsFromRows(here.pool), digestsOf(here.streams.written));
});
t.test('the second writer of a deployment follows, and leads when the first is gone', async (t) => {
    const here = await stage(t, 1);
    const first = runWriter(t, here);
    await until(() => first.writer.state.kind === 'leading');
    const second = runWriter(t, here);
    await until(() => second.writer.state.kind === 'following');
    await here.streams.define(0, 'phone', 10);
    t.ok(await second.writer.flush(5000), 'a follower knows what the leader wrote');
    t.equal(second.shared.ledgerSeq(0), 1, 'so that its engine may trim');
    t.equal(second.writer.counters.committed, 0);
    await first.stop();
    await until(() => second.writer.state.kind === 'leading');
    await here.streams.hold(0, 'phone', 2);
    t.ok(await second.writer.flush(5000));
    t.equal(second.writer.counters.committed, 1);
});
t.test('a leader that vanished but still has the lock is not waited for', async (t) => {
    const here = await stage(t, 1);
    await here.streams.define(0, 'a', 10);
    const vanished = await here.pool.connect();
    t.teardown(() => vanished.release(true));
    await vanished.query('SELECT pg_advisory_lock($1)', [LEADER_LOCK]);
    const patient = runWriter(t, here, { stallMs: 60_000 });
    const { writer } = runWriter(t, here, { stallMs: 100, yieldMs: 0 });
    t.ok(await writer.flush(10_000));
    t.equal(writer.counters.committed, 1);
    t.equal(patient.writer.state.kind, 'following');
});
t.test('a gap stops its partition and nothing else', async (t) => {
    const here = await stage(t, 2);
    const { streams } = here;
    await streams.define(0, 'a', 10);
    await streams.define(1, 'b', 10);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    const lost = await streams.hold(0, 'a', 1);
    await here.redis.xdel(eventsKey(0), `${lost.seq}-0`);
    await streams.hold(0, 'a', 1);
    await until(() => writer.stopped.length === 1);
    await streams.hold(1, 'b', 2);
    t.ok(await writer.flush(5000), 'the other partition goes on');
    t.same(writer.writtenSeqs(), [1, 2]);
    t.match(alarms, [
        { kind: 'partition_stopped', partition: 0, afterSeq: 1, detail: 'event 3 follows 1; 2 was expected' },
    ]);
});
t.test('a repeat stops its partition', async (t) => {
    const here = await stage(t, 1);
    const defined = await here.streams.define(0, 'a', 10);
    // The same event again, under the next id.
    await here.streams.put(0, 2, encodeEvent(defined));
    const { writer, alarms } = runWriter(t, here);
    await until(() => writer.stopped.length === 1);
    t.match(alarms, [
        { kind: 'partition_stopped', detail: /entry 2 of epoch \d+ says it is epoch \d+ partition 0 seq 1/ },
    ]);
    await until(() => writer.writtenSeqs()[0] === 1);
});
t.test('an event Postgres refuses is set apart, with its neighbours intact', async (t) => {
    const here = await stage(t, 2);
    const { streams, pool } = here;
    await streams.define(0, 'a', 1000);
    await streams.define(1, 'b', 1000);
    await streams.hold(0, 'a', 10);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    await writer.close();
    const good = [...streams.written];
    good.push(await streams.hold(0, 'a', 5), await streams.hold(1, 'b', 5));
    // NUL, which Postgres does not store.
    const poison = await streams.append(0, ['a'], [
        {
            kind: 'held',
            skuIndex: 0,
            holdId: 'P'.repeat(28),
            buyerId: 'nul\0',
            quantity: 1,
            expiresAt: 1,
            actor: 'x||',
        },
    ]);
    good.push(await streams.hold(0, 'a', 5));
    const garbage = Buffer.from('not an event');
    await streams.put(1, streams.seq(1) + 1, garbage);
    good.push(await streams.end(0, 'confirmed', 7), await streams.hold(1, 'b', 5));
    const next = runWriter(t, here);
    t.ok(await next.writer.flush(10_000), 'nothing is retried for ever');
    t.same(await digestsFromRows(pool), digestsOf(good), 'the neighbours are there');
    const quarantine = await pool.query('SELECT partition, seq::integer, error_code, event FROM holdfast.quarantine ORDER BY partition, seq');
    t.same(quarantine.rows, [
        { partition: 0, seq: poison.seq, error_code: '22021', event: encodeEvent(poison) },
        { partition: 1, seq: 4 - 1, error_code: 'corrupt', event: garbage },
    ]);
    t.equal(next.writer.counters.quarantined, 2);
    t.same(next.alarms.map(({ kind }) => kind), ['event_quarantined', 'event_quarantined']);
    t.same(alarms, []);
    const everything = await storedDigests(pool);
    t.equal(everything.size, good.length + 2, 'the position moved over all of them');
});
t.test('Postgres goes down and comes back: the events wait in Redis', async (t) => {
    const server = await startPostgres({ directory: temporaryDirectory(t, 'outage') });
    t.teardown(() => server.stop());
    const here = await stage(t, 1, await server.createDatabase('outage'));
    await here.streams.define(0, 'a', 1000);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    await server.kill('SIGKILL');
    await here.streams.hold(0, 'a', 50);
    await until(() => writer.state.kind === 'waiting');
    await here.streams.hold(0, 'a', 50);
    t.notOk(await writer.flush(50), 'a flush says that it could not');
    t.equal(writer.writtenSeqs()[0], 1);
    await server.restart();
    t.ok(await writer.flush(20_000));
    t.same(alarms.map(({ kind }) => kind), ['postgres_down', 'postgres_back'], 'one alarm each way, however often it was tried');
    t.same(await digestsFromRows(here.pool), digestsOf(here.streams.written));
});
t.test('Redis goes down and comes back: the writer goes on where it was', async (t) => {
    const here = await stage(t, 1);
    await here.streams.define(0, 'a', 1000);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    await here.streams.hold(0, 'a', 50);
    await here.server.kill('SIGKILL');
    await until(() => alarms.some(({ kind }) => kind === 'redis_down'));
    await here.server.restart();
    await until(() => alarms.some(({ kind }) => kind === 'redis_back'));
    await here.streams.hold(0, 'a', 50);
    t.ok(await writer.flush(10_000));
    t.same(writer.stopped, []);
    t.same(await digestsFromRows(here.pool), digestsOf(here.streams.written));
});
t.test('a busy buying path is yielded to, for so long', async (t) => {
    const here = await stage(t, 1);
    const { writer, shared } = runWriter(t, here, { yieldMs: 60_000 });
    await until(() => writer.state.kind === 'leading');
    // Events of just now: their age is what the yielding is measured by.
    const at = Date.now();
    writer.redisTimeAheadMs = Date.UTC(2026, 0, 1) - at;
    let looks = 0;
    Object.defineProperty(shared, 'pressure', {
        get: () => {
            looks += 1;
            return 950;
        },
    });
    await here.streams.define(0, 'a', 1000);
    await until(() => looks > 10, { what: 'a writer that looks at the pressure again and again' });
    t.equal(writer.writtenSeqs()[0], 0, 'it holds back');
    writer.redisTimeAheadMs += 61_000;
    await until(() => writer.writtenSeqs()[0] === 1, { what: 'written when too old to wait' });
    writer.redisTimeAheadMs -= 61_000;
    await here.streams.hold(0, 'a', 1);
    t.ok(await writer.flush(5000), 'a flush does not yield');
});
//# sourceMappingURL=writer-faults.test.js.map