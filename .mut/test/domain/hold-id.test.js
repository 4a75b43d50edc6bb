import fc from 'fast-check';
import t from 'tap';
import { fingerprintOf, HOLD_ID_PATTERN, HoldIdMinter } from '../../src/domain/hold-id.js';
import { fnv1a32, partitionOf } from '../../src/domain/partition.js';
const minter = new HoldIdMinter('a secret of this test');
t.test('FNV-1a reproduces the published vectors', async (t) => {
    t.equal(fnv1a32(''), 0x811c9dc5);
    t.equal(fnv1a32('a'), 0xe40c292c);
    t.equal(fnv1a32('foobar'), 0xbf9cf968);
    t.equal(partitionOf('foobar', 16), 0xbf9cf968 % 16);
});
t.test('a hold id names its partition, and the same scope the same hold', async () => {
    fc.assert(fc.property(fc.nat(4095), fc.string(), fc.string(), (partition, sku, key) => {
        const fingerprint = minter.scope('shop', sku, key);
        const holdId = minter.mint(partition);
        minter.scope('shop', sku, `${key}x`);
        const other = minter.mint(partition);
        return (HOLD_ID_PATTERN.test(holdId) &&
            minter.partitionOf(holdId, 'shop') === partition &&
            fingerprintOf(holdId) === fingerprint &&
            minter.scope('shop', sku, key) === fingerprint &&
            minter.mint(partition) === holdId &&
            other !== holdId);
    }));
});
t.test('an id with any character changed is not ours', async (t) => {
    minter.scope('shop', 'phone', 'key-00000001');
    const holdId = minter.mint(7);
    for (let index = 0; index < holdId.length; index += 1) {
        const changed = `${holdId.slice(0, index)}${holdId[index] === 'A' ? 'B' : 'A'}${holdId.slice(index + 1)}`;
        t.equal(minter.partitionOf(changed, 'shop'), undefined, `character ${index}`);
    }
    t.equal(new HoldIdMinter('another secret').partitionOf(holdId, 'shop'), undefined);
    t.equal(minter.partitionOf(`${holdId}A`, 'shop'), undefined);
});
t.test('an id belongs to the credential it was made for', async (t) => {
    minter.scope('shop', 'phone', 'key-00000001');
    const holdId = minter.mint(7);
    t.equal(minter.partitionOf(holdId, 'shop'), 7);
    for (const other of ['', 'shop2', 'sho', 'SHOP', 'anonymous'])
        t.equal(minter.partitionOf(holdId, other), undefined, other);
});
//# sourceMappingURL=hold-id.test.js.map