import fc from 'fast-check';
import t from 'tap';
import { RedisClock } from '../../src/actors/redis-clock.js';
import { ManualClock } from './manual-clock.js';
t.test('property: the estimate agrees with the latest reply, however slow it was', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: -100_000, max: 100_000 }), fc.array(fc.record({ there: fc.integer({ min: 0, max: 80 }), back: fc.integer({ min: 0, max: 80 }) }), {
        minLength: 1,
        maxLength: 30,
    }), async (skew, calls) => {
        const clock = new ManualClock();
        const redisClock = new RedisClock(clock);
        const truth = () => clock.now() + skew;
        let narrowest = Number.POSITIVE_INFINITY;
        for (const { there, back } of calls) {
            const sentAt = clock.monotonic();
            await clock.advance(there);
            const redisNow = Math.floor(truth());
            await clock.advance(back);
            redisClock.sample(redisNow, sentAt, clock.monotonic());
            narrowest = Math.min(narrowest, there + back + 1);
            if (Math.abs(redisClock.now() - truth()) > narrowest)
                return false;
        }
        return true;
    }), { numRuns: 100 });
});
t.test('follows a Redis clock that steps', async (t) => {
    const clock = new ManualClock();
    const redisClock = new RedisClock(clock);
    redisClock.sample(clock.now(), clock.monotonic(), clock.monotonic());
    redisClock.sample(clock.now() + 60_000, clock.monotonic(), clock.monotonic());
    t.ok(Math.abs(redisClock.now() - clock.now() - 60_000) <= 1);
    redisClock.sample(clock.now(), clock.monotonic(), clock.monotonic());
    t.ok(Math.abs(redisClock.now() - clock.now()) <= 1);
});
//# sourceMappingURL=redis-clock.test.js.map