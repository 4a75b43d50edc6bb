import t from 'tap';
import { SharedState, StopReason } from '../../src/domain/shared-state.js';
import { MemoryGuard } from '../../src/ledger/memory-guard.js';
t.test('memory raises an alarm, then refuses, and lets go a good way below', async (t) => {
    const shared = new SharedState(1);
    const alarms = [];
    const guard = new MemoryGuard({ alarmPercent: 70, refusePercent: 85 }, shared, (alarm) => alarms.push(alarm));
    const steps = [
        [50, false, 0],
        [70, false, 1],
        [84, false, 1],
        [85, true, 2],
        [81, true, 2],
        [79, false, 3],
        [84, false, 3],
        [66, false, 3],
        [64, false, 4],
        [69, false, 4],
        [90, true, 5],
        [10, false, 6],
    ];
    for (const [percent, refusing, count] of steps) {
        guard.observe(percent, 100);
        t.equal(shared.hasStop(StopReason.LedgerTooFarBehind), refusing, `at ${percent} %`);
        t.equal(alarms.length, count, `${count} alarms by ${percent} %`);
    }
    t.match(alarms[1], { kind: 'redis_memory_high', percent: 85, refusing: true });
    t.match(alarms[3], { kind: 'redis_memory_normal', percent: 64 });
});
t.test('a Redis without a limit has nothing to guard', async (t) => {
    const shared = new SharedState(1);
    const guard = new MemoryGuard({ alarmPercent: 70, refusePercent: 85 }, shared, () => t.fail('no alarm'));
    guard.observe(1e12, 0);
    t.notOk(shared.hasStop(StopReason.LedgerTooFarBehind));
});
t.test('another reason to stop is left alone', async (t) => {
    const shared = new SharedState(1);
    shared.raiseStop(StopReason.StoreRolledBack);
    const guard = new MemoryGuard({ alarmPercent: 70, refusePercent: 85 }, shared, () => undefined);
    guard.observe(90, 100);
    guard.observe(10, 100);
    t.ok(shared.hasStop(StopReason.StoreRolledBack));
});
t.test('the next guard clears what a dead one had stopped', async (t) => {
    const shared = new SharedState(1);
    const limits = { alarmPercent: 70, refusePercent: 85 };
    new MemoryGuard(limits, shared, () => undefined).observe(90, 100);
    const next = new MemoryGuard(limits, shared, () => undefined);
    next.observe(90, 100);
    t.ok(shared.hasStop(StopReason.LedgerTooFarBehind));
    next.observe(10, 100);
    t.notOk(shared.hasStop(StopReason.LedgerTooFarBehind));
});
//# sourceMappingURL=memory-guard.test.js.map