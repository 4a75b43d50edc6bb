import t from 'tap';
import { SharedState } from '../../src/domain/shared-state.js';
import { LedgerThread } from '../../src/ledger/ledger-thread.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { digestsFromRows, digestsOf } from './rows.js';
import { stage } from './support.js';
leftovers(t);
function optionsOf(here, shared) {
    return {
        epoch: here.deployment.epoch,
        partitions: here.deployment.partitions,
        redisUrl: here.redisUrl,
        stockReplicas: 0,
        databaseUrl: here.databaseUrl,
        batchRows: 1000,
        flushMs: 20,
        yieldMs: 1000,
        statementTimeoutMs: 4000,
        queryTimeoutMs: 5000,
        stockTimeoutMs: 800,
        memoryAlarmPercent: 70,
        memoryRefusePercent: 85,
        auditIntervalMs: 0,
        sharedState: shared.buffer,
    };
}
t.test('a thread drains the streams, reports, flushes and ends', async (t) => {
    const here = await stage(t, 4);
    const shared = new SharedState(4);
    const statuses = [];
    const alarms = [];
    const thread = new LedgerThread(optionsOf(here, shared), {
        onStatus: (status) => statuses.push(status),
        onAlarm: (alarm) => alarms.push(alarm),
    });
    t.teardown(() => thread.close());
    await here.streams.define(2, 'phone', 10_000);
    for (let call = 0; call < 40; call += 1)
        await here.streams.hold(2, 'phone', 50);
    await here.streams.end(2, 'confirmed', 900);
    t.ok(await thread.flush(10_000), 'everything is in Postgres');
    t.equal(shared.ledgerSeq(2), 42, 'and other threads can see it');
    t.same(await digestsFromRows(here.pool), digestsOf(here.streams.written));
    thread.refresh();
    const status = await until(() => statuses.find(({ rows }) => rows === 2901));
    t.match(status, {
        leader: true,
        postgres: 'ok',
        lagEvents: 0,
        streamEvents: 42,
        life: 0,
        stoppedPartitions: 0,
    });
    t.ok(status.redisMemory.maxBytes > 0);
    t.same(alarms, []);
    await thread.close();
    await thread.close();
});
t.test('a thread that dies is started again, and says so', async (t) => {
    const here = await stage(t, 1);
    const alarms = [];
    const entry = new URL('data:text/javascript,throw new Error("no luck")');
    const thread = new LedgerThread(optionsOf(here, new SharedState(1)), { onStatus: () => undefined, onAlarm: (alarm) => alarms.push(alarm) }, entry);
    t.teardown(() => thread.close());
    await until(() => alarms.length >= 2);
    t.match(alarms[0], { kind: 'thread_died', detail: /no luck/ });
    t.ok(thread.restarts >= 2);
    t.notOk(await thread.flush(100), 'a flush without a thread answers');
});
//# sourceMappingURL=ledger-thread.test.js.map