import fc from 'fast-check';
import t from 'tap';
import { KeyFilter } from '../../src/actors/key-filter.js';
const RETENTION_MS = 1000;
const fingerprint = fc.integer({ min: 0, max: 0xffffffff });
t.test('a key added less than a retention ago is never called new', (t) => {
    fc.assert(fc.property(fc.array(fc.record({ key: fingerprint, wait: fc.integer({ min: 0, max: 700 }) }), { maxLength: 200 }), (steps) => {
        const filter = new KeyFilter(1024, RETENTION_MS, 0);
        const addedAt = new Map();
        let now = 0;
        for (const { key, wait } of steps) {
            now += wait;
            filter.add(key, now);
            addedAt.set(key, now);
            for (const [known, at] of addedAt) {
                if (now - at < RETENTION_MS && !filter.mayHave(known))
                    return false;
            }
        }
        return true;
    }));
    t.end();
});
t.test('few new keys are taken for seen ones while it holds what it was planned for', (t) => {
    const planned = 65_536;
    const filter = new KeyFilter(planned, RETENTION_MS, 0);
    const keyOf = (index) => Math.imul(index + 1, 0x9e3779b1) >>> 0;
    for (let index = 0; index < planned / 2; index += 1)
        filter.add(keyOf(index), 0);
    let wrong = 0;
    for (let index = 0; index < 100_000; index += 1)
        if (filter.mayHave(keyOf(planned + index)))
            wrong += 1;
    t.ok(wrong < 300, `${wrong} of 100,000`);
    t.end();
});
t.test('an overfull filter still knows every key', (t) => {
    const filter = new KeyFilter(1024, RETENTION_MS, 0);
    for (let key = 0; key < 100_000; key += 1)
        filter.add(key, 0);
    for (let key = 0; key < 100_000; key += 1)
        if (!filter.mayHave(key))
            t.fail(`forgot ${key}`);
    t.equal(filter.added, 100_000);
    t.end();
});
t.test('keys are forgotten after two retentions, so that the filter does not fill for ever', (t) => {
    const filter = new KeyFilter(1024, RETENTION_MS, 0);
    filter.add(7, 0);
    filter.add(8, RETENTION_MS);
    t.ok(filter.mayHave(7));
    filter.add(9, 2 * RETENTION_MS);
    t.notOk(filter.mayHave(7));
    t.ok(filter.mayHave(8) && filter.mayHave(9));
    t.end();
});
t.test('0 is a key like any other', (t) => {
    const filter = new KeyFilter(1024, RETENTION_MS, 0);
    t.notOk(filter.mayHave(0));
    filter.add(0, 0);
    t.ok(filter.mayHave(0));
    t.end();
});
//# sourceMappingURL=key-filter.test.js.map