import { grouped, spread, table } from './report.js';
import { summarise } from './statistics.js';
import { MEASURES } from './throughput.js';
/** Which measure each one is compared with. */
const COMPARED_WITH = {
    accepted: 'echo',
    'sold out': 'echo sold out',
    '10,000 SKUs': 'accepted',
};
/** Ratio of medians, with the lowest and highest ratio of any one round beside it. */
function shareOf(measurements, measure, base) {
    const ratio = summarise(perSecond(measurements, measure)).median / summarise(perSecond(measurements, base)).median;
    const rounds = new Map(measurements.filter((m) => m.measure === base).map((m) => [m.round, m.perSecond]));
    const byRound = measurements
        .filter((m) => m.measure === measure)
        .map((m) => m.perSecond / (rounds.get(m.round) ?? Number.NaN));
    return { ...summarise(byRound), median: ratio };
}
function perSecond(measurements, measure) {
    return measurements.filter((m) => m.measure === measure).map((m) => m.perSecond);
}
export function throughputTable(measurements, markdown) {
    const rows = MEASURES.map((measure) => {
        const own = measurements.filter((m) => m.measure === measure);
        const rate = summarise(own.map((m) => m.perSecond));
        const base = COMPARED_WITH[measure];
        const share = base === undefined ? undefined : shareOf(measurements, measure, base);
        const drains = own.flatMap((m) => (m.drainSeconds === undefined ? [] : [m.drainSeconds]));
        return [
            measure,
            grouped(rate.median),
            spread(rate),
            share === undefined ? '' : `${share.median.toFixed(2)}× ${base}`,
            share === undefined ? '' : spread(share, 2),
            summarise(own.map((m) => m.p50Ms)).median.toFixed(1),
            summarise(own.map((m) => m.p99Ms)).median.toFixed(1),
            drains.length === 0 ? '' : summarise(drains).high.toFixed(1),
        ];
    });
    const header = ['a second', 'median', 'min – max', 'ratio', 'min – max', 'p50 ms', 'p99 ms', 'drained s'];
    return table(header, rows, markdown);
}
/** Where the time goes: processor microseconds a request, by stage. */
export function stageTable(measurements, markdown) {
    const measured = MEASURES.filter((measure) => measurements.some((m) => m.measure === measure && m.stages));
    const stages = new Set(measurements.flatMap((m) => [...(m.stages?.keys() ?? [])]));
    const microseconds = (measure, stage) => {
        const values = measurements
            .filter((m) => m.measure === measure && m.stages !== undefined)
            .map((m) => {
            const all = [...m.stages];
            const chosen = stage === undefined ? all : all.filter(([name]) => name === stage);
            return chosen.reduce((sum, [, nanoseconds]) => sum + nanoseconds, 0) / 1000;
        });
        return summarise(values).median.toFixed(2);
    };
    const rows = [...stages].map((stage) => [
        stage,
        ...measured.map((measure) => microseconds(measure, stage)),
    ]);
    rows.push(['all', ...measured.map((measure) => microseconds(measure, undefined))]);
    const scripts = (pick) => measured.map((measure) => {
        const values = measurements.flatMap((m) => (m.measure === measure && m.redis ? [pick(m.redis)] : []));
        return values.length === 0 ? '' : summarise(values).median.toFixed(2);
    });
    rows.push(['(Redis: inside the function)', ...scripts((redis) => redis.microsecondsPerHold)]);
    rows.push(['(holds in one function call)', ...scripts((redis) => redis.holdsPerCall)]);
    return table(['processor µs a request', ...measured], rows, markdown);
}
export function throughputGates(measurements) {
    const drains = measurements.flatMap((m) => (m.drainSeconds === undefined ? [] : [m.drainSeconds]));
    return [
        { target: 'acceptedShare', value: shareOf(measurements, 'accepted', 'echo').median },
        { target: 'soldOutShare', value: shareOf(measurements, 'sold out', 'echo sold out').median },
        { target: 'manySkusShare', value: shareOf(measurements, '10,000 SKUs', 'accepted').median },
        { target: 'drainSeconds', value: Math.max(...drains) },
    ];
}
//# sourceMappingURL=throughput-report.js.map