import t from 'tap';
import { startBusyMeter } from '../../src/observe/event-loop.js';
import { Health, OK } from '../../src/observe/health.js';
import { until } from '../support/until.js';
const DOWN = { state: 'down', detail: 'connection refused' };
t.test('ready only while serving', async (t) => {
    const health = new Health();
    health.watch('redis', 'required', () => OK);
    t.match(health.readiness(), { ready: false, dependencies: { engine: { detail: 'starting' } } });
    health.serving();
    t.same(health.readiness(), { ready: true, dependencies: { redis: OK } });
    health.draining();
    t.match(health.readiness(), { ready: false, dependencies: { engine: { detail: 'draining' } } });
});
t.test('a required dependency that is down stops it, a degrading one is only shown', async (t) => {
    const health = new Health();
    let redis = OK;
    health.watch('redis', 'required', () => redis);
    health.watch('postgres', 'degrading', () => DOWN);
    health.serving();
    t.same(health.readiness(), { ready: true, dependencies: { redis: OK, postgres: DOWN } });
    redis = { state: 'degraded', detail: 'appendfsync everysec' };
    t.equal(health.readiness().ready, true);
    redis = DOWN;
    t.equal(health.readiness().ready, false);
});
t.test('a part that throws counts as down', async (t) => {
    const health = new Health();
    health.watch('redis', 'required', () => {
        throw new Error('broken');
    });
    health.serving();
    t.match(health.readiness(), { ready: false, dependencies: { redis: { state: 'down', detail: 'broken' } } });
});
t.test('the busy meter sees a busy thread and an idle one', async (t) => {
    const told = [];
    const meter = startBusyMeter({ everyMs: 10, onPermille: (permille) => told.push(permille) });
    t.teardown(() => meter.stop());
    let burn = true;
    const burner = () => {
        const end = performance.now() + 5;
        while (performance.now() < end)
            ;
        if (burn)
            setImmediate(burner);
    };
    burner();
    // The meter's timer must not be what keeps a process alive, so something else has to while we wait.
    await until(() => meter.busy > 0.9, { what: 'busy' });
    burn = false;
    await until(() => meter.busy < 0.5, { what: 'idle' });
    t.ok(told.some((permille) => permille > 900));
    t.ok(told.every((permille) => Number.isInteger(permille) && permille >= 0 && permille <= 1000));
});
//# sourceMappingURL=health.test.js.map