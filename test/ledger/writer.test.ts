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
  const { rows } = await pool.query(
    'SELECT state, count(*)::integer AS n FROM holdfast.holds GROUP BY 1 ORDER BY 1',
  );
  t.same(rows, [
    { state: 'held', n: 5 },
    { state: 'confirmed', n: 10 },
    { state: 'released', n: 5 },
    { state: 'expired', n: 50 },
  ]);
  const skus = await pool.query(
    'SELECT sku, total, available, held, sold, reserved, seq FROM holdfast.skus ORDER BY 1',
  );
  const { total, available, held, sold, reserved } = streams.view('NULL');
  t.same(skus.rows[0], { sku: 'NULL', total, available, held, sold, reserved, seq: String(streams.seq(0)) });
});
