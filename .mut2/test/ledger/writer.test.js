import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { digestsFromRows, digestsOf, storedDigests } from './rows.js';
import { runWriter, stage } from './support.js';
leftovers(t);
t.test('drains the streams into Postgres, each event once, with every field', async (t) => {
    const here = await stage(t, 2);
    const { streams, pool } = here;
    await streams.define(0, 'NULL', 1000);
    await streams.hold(0, 'NULL', 50);
    const { writer, shared } = runWriter(t, here);
    await until(() => writer.writtenSeqs()[0] === 2);
    await streams.define(1, 'phone', 1000);
    await streams.end(0, 'confirmed', 10);
    await streams.end(0, 'released', 5);
    await streams.hold(0, 'NULL', 20);
    await streams.end(0, 'expired', 50);
    t.ok(await writer.flush(5000), 'flushed');
    t.equal(shared.ledgerSeq(0), streams.seq(0));
    t.equal(shared.ledgerSeq(1), 1);
    t.same(await storedDigests(pool), digestsOf(streams.written), 'digests as of the streams');
    t.same(await digestsFromRows(pool), digestsOf(streams.written), 'and the same from the rows');
    const { rows } = await pool.query('SELECT state, count(*)::integer AS n FROM holdfast.holds GROUP BY 1 ORDER BY 1');
    t.same(rows, [
        { state: 'held', n: 5 },
        { state: 'confirmed', n: 10 },
        { state: 'released', n: 5 },
        { state: 'expired', n: 50 },
    ]);
    const skus = await pool.query('SELECT sku, total, available, held, sold, reserved, seq FROM holdfast.skus ORDER BY 1');
    const { total, available, held, sold, reserved } = streams.view('NULL');
    t.same(skus.rows[0], { sku: 'NULL', total, available, held, sold, reserved, seq: String(streams.seq(0)) });
});
t.test('every kind of change leaves its row: from, to, cause and by whom', async (t) => {
    const here = await stage(t, 1);
    const { streams, pool } = here;
    await streams.define(0, 'a', 100);
    await streams.append(0, ['a'], [
        { kind: 'opened', skuIndex: 0, from: 'scheduled', actor: 'schedule' },
        { kind: 'patched', skuIndex: 0, detail: '{"buyerLimit":[2,"4"]}', actor: 'r1|k1|' },
        { kind: 'paused', skuIndex: 0, from: 'open', actor: 'r2|k1|192.0.2.1' },
    ]);
    streams.move('a', { total: 5, available: 4, reserved: 1 });
    await streams.append(0, ['a'], [
        {
            kind: 'adjusted',
            skuIndex: 0,
            adjustmentId: 'a-1',
            delta: 5,
            reason: 'found "more"',
            actor: 'odd actor',
        },
        { kind: 'closed', skuIndex: 0, from: 'paused', actor: 'r3||' },
        { kind: 'repaired', skuIndex: 0, delta: -4, detail: '{"available":[104,100]}', actor: 'repair' },
    ]);
    const { writer } = runWriter(t, here);
    t.ok(await writer.flush(5000));
    t.same(await digestsFromRows(pool), digestsOf(streams.written));
    const { rows } = await pool.query({
        text: `SELECT seq::integer, ordinal, kind, cause, from_state, to_state, units, request_id, key_id, client_address,
             detail, total, reserved
           FROM holdfast.history ORDER BY seq, ordinal`,
        rowMode: 'array',
    });
    t.same(rows, [
        [1, 0, 'defined', 'define', null, 'scheduled', 0, 'request-1', 'key-1', '', null, 100, 0],
        [2, 0, 'opened', 'schedule', 'scheduled', 'open', 0, null, null, null, 'scheduled', 100, 0],
        [2, 1, 'patched', 'patch', null, null, 0, 'r1', 'k1', '', '{"buyerLimit":[2,"4"]}', 100, 0],
        [2, 2, 'paused', 'pause', 'open', 'paused', 0, 'r2', 'k1', '192.0.2.1', 'open', 100, 0],
        [3, 0, 'adjusted', 'adjust', null, null, 5, 'odd actor', null, null, 'found "more"', 105, 1],
        [3, 1, 'closed', 'close', 'paused', 'closed', 0, 'r3', '', '', 'paused', 105, 1],
        [3, 2, 'repaired', 'repair', null, null, -4, null, null, null, '{"available":[104,100]}', 105, 1],
    ]);
});
t.test('a hold that begins and ends in one transaction is one insert', async (t) => {
    const here = await stage(t, 1);
    await here.streams.define(0, 'a', 100);
    await here.streams.hold(0, 'a', 3);
    await here.streams.end(0, 'confirmed', 2);
    const steps = [];
    const { writer } = runWriter(t, here, { beforeStatement: (step) => void steps.push(step) });
    t.ok(await writer.flush(5000));
    t.equal(writer.counters.committed, 1);
    t.notOk(steps.includes('end-holds'), steps.join(' '));
    const { rows } = await here.pool.query(`SELECT state, created_seq::integer AS made, ended_seq::integer AS ended, payment_ref IS NOT NULL AS paid, expires_at - created_at AS lasts
     FROM holdfast.holds ORDER BY state, made`);
    t.match(rows, [
        { state: 'held', made: 2, ended: null, paid: false },
        { state: 'confirmed', made: 2, ended: 3, paid: true },
        { state: 'confirmed', made: 2, ended: 3, paid: true },
    ]);
});
t.test('a transaction takes no more rows than it may', async (t) => {
    const here = await stage(t, 3);
    for (const partition of [0, 1, 2])
        await here.streams.define(partition, `sku-${partition}`, 100_000);
    for (let call = 0; call < 30; call += 1)
        await here.streams.hold(call % 3, `sku-${call % 3}`, 40);
    await here.streams.hold(0, 'sku-0', 300);
    const { writer } = runWriter(t, here, { batchRows: 100 });
    t.ok(await writer.flush(10_000));
    const { rows } = await here.pool.query(`SELECT count(*)::integer AS n FROM holdfast.history GROUP BY xmin::text ORDER BY n DESC`);
    t.equal(rows[0].n, 300, 'an event is never torn apart');
    t.ok(rows[1].n <= 100, `${rows[1].n} rows`);
    t.equal(writer.counters.committed, rows.length);
    t.same(await digestsFromRows(here.pool), digestsOf(here.streams.written));
});
//# sourceMappingURL=writer.test.js.map