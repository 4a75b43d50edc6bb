import t from 'tap';
import { startBusyMeter } from '../../src/observe/event-loop.js';
import { ProcessorMeter } from '../../src/observe/processors.js';
import { until } from '../support/until.js';
function spin(milliseconds) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end)
        ;
}
t.test('processors: a share that grows when this process works', { skip: process.platform !== 'linux' }, async (t) => {
    const meter = new ProcessorMeter();
    t.equal(meter.read(), 0, 'nothing to compare with at first');
    spin(100);
    const busy = meter.read();
    t.ok(busy > 0 && busy <= 1, String(busy));
});
t.test('a busy machine is pressure only while this thread is selling', async (t) => {
    let pressure = -1;
    let asked = 0;
    let machine = 0.6;
    const meter = startBusyMeter({
        everyMs: 20,
        onPermille: (permille) => {
            pressure = permille;
        },
        machine: () => {
            asked += 1;
            return machine;
        },
    });
    t.teardown(() => meter.stop());
    await until(() => pressure >= 0 && meter.busy < 0.2);
    const before = asked;
    await until(() => pressure >= 0 && pressure < 250);
    t.equal(asked, before, 'at rest nobody asks the kernel');
    const work = setInterval(() => spin(9), 10);
    t.teardown(() => clearInterval(work));
    await until(() => meter.busy > 0.5);
    await until(() => asked > before);
    t.ok(pressure < 1000, 'room is left on the machine');
    machine = 0.75;
    await until(() => pressure === 1000);
});
//# sourceMappingURL=pressure.test.js.map