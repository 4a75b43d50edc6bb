import { raiseAcknowledged } from './deployment.js';
import { sql } from './sql.js';
/**
 * The engines that may acknowledge something in an epoch, as Postgres knows them. When the stock store has lost events, it is
 * they who can say how much: whoever acknowledged a hold has seen the counters that came with it. A recovery counts on what
 * they say only where none of them is missing.
 */
/** For an engine that is about to sell from a store that is whole. `engine`: a UUID of this life of it. */
export async function registerEngine(pool, engine, epoch) {
    await pool.query(sql('statements/register-engine.sql'), [engine, epoch]);
}
/** It is alive; `seesStore`: and in touch with the stock store, so that it knows what every engine before now has done there. */
export async function touchEngine(pool, engine, seesStore) {
    await pool.query(TOUCH, [engine, seesStore]);
}
/** It left, and everything in the streams is in the ledger. */
export async function leaveEngine(pool, engine) {
    await pool.query(sql('statements/leave-engine.sql'), [engine]);
}
/** Keeps what an engine saw of a store that rolled back. Rejects when it cannot be kept now; repeating does no harm. */
export async function testify(pool, { engine, epoch, seqs, pages }) {
    // First what keeps everybody from selling: that must not wait for the rest.
    await raiseAcknowledged(pool, epoch, seqs);
    for await (const page of pages) {
        await pool.query(sql('statements/witness-skus.sql'), [
            epoch,
            page.map(({ sku }) => sku),
            page.map(({ available }) => available),
            page.map(({ held, sold }) => held + sold),
            page.map(({ total }) => total),
        ]);
    }
    await pool.query(sql('statements/testify.sql'), [engine]);
}
const TOUCH = sql('statements/touch-engine.sql');
//# sourceMappingURL=engines.js.map