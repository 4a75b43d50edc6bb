import t from 'tap';
import { gateLines, table } from '../../bench/report.js';
import { quantile, summarise } from '../../bench/statistics.js';
import { passes } from '../../bench/targets.js';
import { throughputGates } from '../../bench/throughput-report.js';
t.test('median and spread', async (t) => {
    t.same(summarise([5, 1, 3]), { median: 3, low: 1, high: 5, rounds: 3 });
    t.equal(summarise([1, 2, 3, 10]).median, 2.5);
    t.equal(quantile([0, 10], 0.99), 9.9);
    t.throws(() => summarise([]), { message: 'nothing was measured' });
});
t.test('a gate is met on its own side of the bound, the bound included', async (t) => {
    t.ok(passes({ target: 'acceptedShare', value: 0.4 }));
    t.notOk(passes({ target: 'acceptedShare', value: 0.399 }));
    t.ok(passes({ target: 'bytesPerHold', value: 400 }));
    t.notOk(passes({ target: 'bytesPerHold', value: 401 }));
    t.notOk(passes({ target: 'earlySales', value: 1 }));
    t.notOk(passes({ target: 'acceptedShare', value: Number.NaN }), 'nothing measured is nothing met');
    t.match(gateLines([{ target: 'acceptedShare', value: 0.3 }]), [
        'FAIL  accepted ÷ echo: 0.30 × (at least 0.4)',
    ]);
});
t.test('ratios are ratios of medians, each with its own base', async (t) => {
    const round = (measure, rates) => rates.map((perSecond, index) => ({
        ...{ measure, round: index + 1, perSecond, otherShare: 0, p50Ms: 1, p99Ms: 2, disagreement: '' },
        ...(measure === 'accepted' ? { drainSeconds: index } : {}),
    }));
    const gates = throughputGates([
        ...round('echo', [100, 90, 200]),
        ...round('accepted', [50, 45, 10]),
        ...round('echo sold out', [100, 100, 100]),
        ...round('sold out', [95, 99, 20]),
        ...round('10,000 SKUs', [36, 40, 30]),
    ]);
    t.same(gates, [
        { target: 'acceptedShare', value: 0.45 },
        { target: 'soldOutShare', value: 0.95 },
        { target: 'manySkusShare', value: 0.8 },
        { target: 'drainSeconds', value: 2 },
    ]);
});
t.test('tables line up, and are Markdown when asked', async (t) => {
    t.equal(table(['what', 'n'], [['a', '10']], false), 'what   n\n────  ──\na     10');
    t.equal(table(['what', 'n'], [['a', '10']], true), '| what | n |\n| --- | --: |\n| a | 10 |');
});
//# sourceMappingURL=report.test.js.map