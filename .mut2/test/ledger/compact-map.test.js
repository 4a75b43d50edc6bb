import t from 'tap';
import { CompactMap } from '../../src/ledger/compact-map.js';
t.test('keeps numbers for texts, however many', async (t) => {
    const map = new CompactMap();
    const count = 50_000;
    for (let index = 0; index < count; index += 1) {
        const slot = map.add(`sku|buyer-${index}`);
        map.put(slot, 0, index);
        map.put(slot, 3, index % 2);
    }
    t.equal(map.size, count);
    let wrong = 0;
    for (let index = 0; index < count; index += 1) {
        const slot = map.find(`sku|buyer-${index}`);
        if (slot === -1 || map.get(slot, 0) !== index || map.get(slot, 3) !== index % 2)
            wrong += 1;
    }
    t.equal(wrong, 0);
    t.equal(map.find('sku|buyer-50000'), -1);
    t.equal(map.add('sku|buyer-7'), map.find('sku|buyer-7'), 'a text has one place');
    t.equal([...map.slots()].length, count);
});
//# sourceMappingURL=compact-map.test.js.map