import t from 'tap';
import { wordOf } from './harness.js';
import { SimulatedEngine, SimulatedNetwork, simulatedStore } from './simulated-engine.js';
t.test('a pause whose first attempt arrives late does not undo what was set after its answer', async (t) => {
    const { clock, model } = simulatedStore();
    const way = { fault: 'none' };
    // A flush that is stuck arrives after 1.2 s.
    const network = new SimulatedNetwork(model, clock, () => 0.4, () => way.fault);
    const engine = new SimulatedEngine({ clock, network, limits: { pollMs: 100_000 } });
    t.teardown(() => engine.shard.close());
    void engine.shard.start();
    const definition = { sku: 'phone', total: 10, reserved: 0, buyerLimit: 0, opensAt: 0, closesAt: 0 };
    await engine.ask({ kind: 'define', definition: { ...definition, holdTtlMs: 60_000 }, actor: '' });
    const set = async (action) => {
        let answer;
        engine.submit({ kind: 'change_state', sku: 'phone', action, actor: `${action}|` }, (outcome) => {
            answer = outcome;
        });
        for (let waited = 0; answer === undefined && waited < 3000; waited += 10) {
            await clock.advance(10);
            if (waited === 100)
                way.fault = 'none';
        }
        return answer === undefined ? 'nothing' : wordOf(answer);
    };
    t.equal(await set('open'), 'sku');
    way.fault = 'stuck';
    t.equal(await set('pause'), 'sku', 'told when it is done for good');
    t.equal(model.partitions[0].skus.get('phone')?.state, 'paused');
    t.equal(await set('open'), 'sku');
    await clock.advance(3000);
    t.equal(model.partitions[0].skus.get('phone')?.state, 'open');
});
//# sourceMappingURL=changes-without-key.test.js.map