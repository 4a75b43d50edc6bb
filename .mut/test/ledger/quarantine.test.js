import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { runWriter, stage } from './support.js';
leftovers(t);
function held(holdId, buyerId) {
    return {
        kind: 'held',
        skuIndex: 0,
        holdId,
        buyerId,
        quantity: 1,
        expiresAt: Date.UTC(2026, 0, 1),
        actor: 'x||',
    };
}
function expired(holdId) {
    return {
        kind: 'expired',
        skuIndex: 0,
        holdId,
        buyerId: 'ada',
        quantity: 1,
        paymentRef: '',
        actor: 'expiry',
    };
}
/** Appends an event of SKU `a` whose counters follow from its changes. */
async function append(streams, changes) {
    const taken = changes.reduce((sum, { kind }) => sum + (kind === 'held' ? 1 : -1), 0);
    streams.move('a', { held: taken, available: -taken });
    await streams.append(0, ['a'], changes);
}
const POISONED = 'P'.repeat(28);
const INNOCENT = 'I'.repeat(28);
const ENDED_BY_POISON = 'E'.repeat(28);
t.test('holds of a quarantined event end without taking their neighbours into quarantine', async (t) => {
    const here = await stage(t, 1);
    const { streams, pool } = here;
    await streams.define(0, 'a', 10);
    await append(streams, [held(INNOCENT, 'ada'), held(ENDED_BY_POISON, 'ada')]);
    await append(streams, [held(POISONED, 'nul\0'), expired(ENDED_BY_POISON)]);
    await append(streams, [expired(INNOCENT), expired(POISONED)]);
    // The sweep of a sale ends a thousand holds in one event; their keys may be used again later.
    await append(streams, [held(INNOCENT, 'ada'), held(POISONED, 'ada'), held(ENDED_BY_POISON, 'ada')]);
    const { writer } = runWriter(t, here);
    t.ok(await writer.flush(10_000));
    t.equal(writer.counters.quarantined, 1, 'the event that Postgres refused, and no other');
    const { rows } = await pool.query('SELECT hold_id, state::text, created_seq::integer FROM holdfast.holds ORDER BY hold_id');
    t.same(rows, [
        { hold_id: ENDED_BY_POISON, state: 'held', created_seq: 5 },
        { hold_id: INNOCENT, state: 'held', created_seq: 5 },
        { hold_id: POISONED, state: 'held', created_seq: 5 },
    ]);
    const history = await pool.query(`SELECT count(*)::integer AS n FROM holdfast.history WHERE kind = 'expired'`);
    t.equal(history.rows[0].n, 2, 'history has every end');
});
t.test('an end that nothing explains is still set apart', async (t) => {
    const here = await stage(t, 1);
    await here.streams.define(0, 'a', 10);
    await append(here.streams, [held(INNOCENT, 'ada'), held(POISONED, 'bob')]);
    await append(here.streams, [expired('N'.repeat(28))]);
    const { writer, alarms } = runWriter(t, here);
    t.ok(await writer.flush(10_000));
    t.match(alarms, [{ kind: 'event_quarantined', seq: 3, code: 'hold_not_held' }]);
});
t.test('a key used, ended and used again in one batch, as after a restore of Postgres', async (t) => {
    const here = await stage(t, 1);
    await here.streams.define(0, 'a', 10);
    await append(here.streams, [held(INNOCENT, 'ada')]);
    await append(here.streams, [expired(INNOCENT)]);
    await append(here.streams, [held(INNOCENT, 'ada')]);
    await append(here.streams, [expired(INNOCENT)]);
    const { writer } = runWriter(t, here);
    t.ok(await writer.flush(10_000), 'it is not tried for ever');
    t.equal(writer.counters.quarantined, 0);
    const { rows } = await here.pool.query('SELECT state::text, created_seq::integer FROM holdfast.holds');
    t.same(rows, [{ state: 'expired', created_seq: 4 }]);
});
//# sourceMappingURL=quarantine.test.js.map