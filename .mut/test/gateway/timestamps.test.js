import fc from 'fast-check';
import t from 'tap';
import { formatTime, parseTime } from '../../src/gateway/timestamps.js';
const moments = fc.integer({ min: 1, max: Date.UTC(9999, 11, 31) });
t.test('writes times as toISOString does, and reads its own', async (t) => {
    fc.assert(fc.property(moments, (moment) => {
        t.equal(formatTime(moment), new Date(moment).toISOString());
        t.equal(parseTime(formatTime(moment)), moment);
    }), { numRuns: 300 });
});
t.test('converts offsets', async (t) => {
    t.equal(parseTime('2026-11-22T13:30:00+01:30'), Date.UTC(2026, 10, 22, 12));
    t.equal(parseTime('2026-11-21T23:00:00-13:00'), Date.UTC(2026, 10, 22, 12));
    t.equal(parseTime('2026-11-22T12:00:00.5Z'), Date.UTC(2026, 10, 22, 12) + 500);
});
t.test('reads nothing that is not a time', async (t) => {
    for (const text of [
        '',
        '2026-11-22',
        '2026-11-22T12:00:00',
        '2026-11-22 12:00:00Z',
        '2026-02-30T12:00:00Z',
        '2026-13-01T12:00:00Z',
        '2026-11-22T24:00:00Z',
        '2026-11-22T12:60:00Z',
        '2026-11-22T12:00:60Z',
        '2026-11-22T12:00:00.1234Z',
        '2026-11-22T12:00:00+24:00',
        '1969-12-31T23:59:59Z',
        ' 2026-11-22T12:00:00Z',
        '2026-11-22T12:00:00Z\n',
    ]) {
        t.equal(parseTime(text), undefined, text);
    }
});
//# sourceMappingURL=timestamps.test.js.map