import pg from 'pg';
import t from 'tap';
import { openDeployment } from '../../src/ledger/deployment.js';
import { Session } from '../../src/ledger/session.js';
import { sql } from '../../src/ledger/sql.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
leftovers(t);
const END_HOLDS = `EXPLAIN EXECUTE end_holds('{1}', '{1}', array_fill('x'::text, '{1000}'),
  array_fill(1::smallint, '{1000}'), array_fill(1, '{1000}'), array_fill('p'::text, '{1000}'))`;
t.test('holds are ended by index, also on a session that began when there were none', async (t) => {
    const url = await freshDatabase(t);
    const pool = new pg.Pool({ connectionString: url });
    t.teardown(() => pool.end());
    await openDeployment(pool, { partitions: 4, holdIdSecret: '' });
    const limits = { statementTimeoutMs: 10_000, queryTimeoutMs: 11_000 };
    const session = await Session.open({ url, ...limits, applicationName: 'plans' });
    t.teardown(() => session.close());
    const planOf = async () => (await session.run({ text: END_HOLDS })).rows.map((row) => String(row['QUERY PLAN'])).join('\n');
    // As autovacuum leaves a table with nothing in it: whatever plan it gets looks at all of it.
    await pool.query('VACUUM ANALYZE holdfast.holds');
    await session.run({ text: `PREPARE end_holds AS ${sql('statements/end-holds.sql')}` });
    await planOf();
    await pool.query(`
    INSERT INTO holdfast.holds (hold_id, created_epoch, partition, sku, buyer_id, quantity, state, created_seq, created_at, expires_at)
    SELECT 'hold-' || n, 1, 0, 'phone', 'ada', 1, 'held', n, now(), now() FROM generate_series(1, 20000) AS n`);
    const plan = await planOf();
    t.match(plan, /Index Cond: \(hold_id = /, plan);
    t.notMatch(plan, /Seq Scan|Join Filter/);
});
//# sourceMappingURL=plans.test.js.map