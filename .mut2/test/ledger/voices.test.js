import { randomUUID } from 'node:crypto';
import pg from 'pg';
import t, {} from 'tap';
import { openDeployment } from '../../src/ledger/deployment.js';
import { leaveEngine, registerEngine, testify, touchEngine } from '../../src/ledger/engines.js';
import { countVoices } from '../../src/ledger/recovery.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
leftovers(t);
async function stage(t) {
    const pool = new pg.Pool({ connectionString: await freshDatabase(t), max: 2 });
    pool.on('error', () => undefined);
    t.teardown(() => pool.end());
    const { epoch } = await openDeployment(pool, { partitions: 2 });
    return {
        pool,
        epoch,
        engine: async (secondsAgo) => {
            const engine = randomUUID();
            await registerEngine(pool, engine, epoch);
            const earlier = `UPDATE holdfast.engines SET store_seen_at = now() - $2 * interval '1 second',
        alive_at = now() - $2 * interval '1 second' WHERE engine = $1`;
            await pool.query(earlier, [engine, secondsAgo]);
            return engine;
        },
        testify: async (engine, skus = []) => {
            const rules = { total: 100, reserved: 0, buyerLimit: 0, holdTtlMs: 1, opensAt: 0, closesAt: 0 };
            async function* pages() {
                yield skus.map((sku) => ({ ...rules, state: 'open', ...sku }));
            }
            await testify(pool, { engine, epoch, seqs: [5, 7], pages: pages() });
        },
    };
}
t.test('an engine that was in touch with Redis when the last witness was has to speak for itself', async (t) => {
    const { pool, epoch, engine, testify } = await stage(t);
    t.match(await countVoices(pool, epoch), { testified: 0, drained: 0, silent: 0 }, 'nobody');
    const witness = await engine(60);
    t.match(await countVoices(pool, epoch), { silent: 1 }, 'it has not spoken');
    await testify(witness);
    t.match(await countVoices(pool, epoch), { testified: 1, silent: 0 });
    await engine(120);
    t.match(await countVoices(pool, epoch), { silent: 0 }, 'gone for long when the witness was still in touch');
    const together = await engine(65);
    t.match(await countVoices(pool, epoch), { silent: 1 }, 'it may have seen what the witness has not');
    await touchEngine(pool, witness, false);
    t.match(await countVoices(pool, epoch), { silent: 1 }, 'to live on without Redis makes nobody a better witness');
    await leaveEngine(pool, together);
    t.match(await countVoices(pool, epoch), { drained: 1, silent: 0 }, 'it left with everything in the ledger');
    await engine(0);
    t.match(await countVoices(pool, epoch), { silent: 1, expected: 1 }, 'alive: worth waiting for');
});
t.test('of several witnesses the worst counts; how far they had come is kept', async (t) => {
    const { pool, engine, testify } = await stage(t);
    await testify(await engine(0), [{ sku: 'phone', available: 90, held: 8, sold: 2 }]);
    await testify(await engine(0), [{ sku: 'phone', available: 93, held: 4, sold: 3 }]);
    const { rows } = await pool.query('SELECT sku, available, claimed FROM holdfast.witnessed_skus');
    t.same(rows, [{ sku: 'phone', available: 90, claimed: 10 }]);
    const positions = await pool.query('SELECT acknowledged FROM holdfast.ledger_position ORDER BY partition');
    t.same(positions.rows.map(({ acknowledged }) => Number(acknowledged)), [5, 7]);
});
//# sourceMappingURL=voices.test.js.map