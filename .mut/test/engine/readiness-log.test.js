import t from 'tap';
import { ReadinessLog } from '../../src/engine/readiness-log.js';
import { ManualClock } from '../actors/manual-clock.js';
t.test('an outage has one line at its beginning and one at its end', async (t) => {
    const clock = new ManualClock();
    const lines = [];
    const note = (level) => ({ dependency, detail }) => lines.push([level, dependency, detail].join(' ').trim());
    const dependencies = {
        redis: { state: 'ok' },
        ledger: { state: 'down', detail: 'tells of itself' },
    };
    const log = new ReadinessLog({
        names: ['redis', 'not_there'],
        readiness: () => ({ ready: true, dependencies }),
        clock,
        logger: { error: note('error'), info: note('info') },
    });
    await clock.advance(1000);
    t.same(lines, []);
    dependencies.redis = { state: 'down', detail: 'gone' };
    await clock.advance(1000);
    dependencies.redis = { state: 'down', detail: 'gone in another way' };
    await clock.advance(1000);
    dependencies.redis = { state: 'degraded', detail: 'half back' };
    await clock.advance(1000);
    t.same(lines, ['error redis gone', 'info redis']);
    log.stop();
    dependencies.redis = { state: 'down', detail: 'again' };
    await clock.advance(1000);
    t.equal(lines.length, 2, 'nothing after its end');
});
//# sourceMappingURL=readiness-log.test.js.map