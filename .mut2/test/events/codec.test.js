import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import { CHANGE_KINDS } from '../../src/domain/event.js';
import { SKU_STATES } from '../../src/domain/sku.js';
import { decodeEvent, encodeEvent } from '../../src/events/codec.js';
import { digestOf, digestOfStored } from '../../src/events/digest.js';
import { CorruptEvent, decodeStoredEvent } from '../../src/events/stored-event.js';
const units = fc.integer({ min: 0, max: 1_000_000_000 });
const time = fc.integer({ min: 0, max: 8_640_000_000_000 });
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !/\p{Surrogate}/u.test(value));
const view = fc.record({
    sku: text,
    state: fc.constantFrom(...SKU_STATES),
    total: units,
    available: units,
    held: units,
    sold: units,
    reserved: units,
    buyerLimit: units,
    holdTtlMs: units,
    opensAt: time,
    closesAt: time,
});
function changeOf(skus) {
    const facts = { skuIndex: fc.nat(skus - 1), actor: text };
    const hold = { ...facts, holdId: text, buyerId: text, quantity: units };
    return fc.oneof(fc.record({ kind: fc.constant('held'), ...hold, expiresAt: time }), fc.record({ kind: fc.constantFrom('confirmed', 'released', 'expired'), ...hold, paymentRef: text }), fc.record({ kind: fc.constant('defined'), ...facts }), fc.record({ kind: fc.constant('patched'), ...facts, detail: text }), fc.record({ kind: fc.constantFrom('opened', 'paused', 'closed'), ...facts, from: text }), fc.record({
        kind: fc.constant('adjusted'),
        ...facts,
        adjustmentId: text,
        delta: fc.integer(),
        reason: text,
    }), fc.record({ kind: fc.constant('repaired'), ...facts, delta: fc.integer(), detail: text }));
}
const event = fc.array(view, { minLength: 1, maxLength: 4 }).chain((skus) => fc.record({
    epoch: fc.nat(),
    partition: fc.nat(4095),
    seq: fc.nat(Number.MAX_SAFE_INTEGER),
    at: time,
    skus: fc.constant(skus),
    changes: fc.array(changeOf(skus.length), { minLength: 1, maxLength: 8 }),
}));
t.test('what is encoded is decoded', async (t) => {
    t.doesNotThrow(() => fc.assert(fc.property(event, (original) => {
        const decoded = decodeEvent(encodeEvent(original));
        t.ok(decoded.changes.every(({ kind }) => CHANGE_KINDS.includes(kind)));
        return JSON.stringify(sorted(decoded)) === JSON.stringify(sorted(original));
    })));
});
function sorted(value) {
    if (Array.isArray(value))
        return value.map(sorted);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value)
        .map(([name, inner]) => [name, sorted(inner)])
        .sort(([left], [right]) => (left < right ? -1 : 1)));
}
t.test('arbitrary bytes are decoded or refused, never anything else', async (t) => {
    t.doesNotThrow(() => fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
            decodeStoredEvent(bytes);
        }
        catch (error) {
            if (!(error instanceof CorruptEvent))
                throw error;
        }
    })));
});
t.test('values of the wrong kind are refused, whichever they are', async (t) => {
    const skus = ['a', 1, 10, 9, 1, 0, 0, 2, 1000, 0, 0];
    const changes = [0, 1, 'h'.repeat(28), 'buyer', 1, 99, '', 'actor'];
    const good = [1, 1, 0, 7, 1_700_000_000_000, skus, changes];
    const pack = (value) => new Packr({ useRecords: false }).pack(value);
    t.equal(decodeEvent(pack(good)).seq, 7);
    const replaced = (list, index, value) => list.map((old, at) => (at === index ? value : old));
    const bad = [
        ['a map', { version: 1 }],
        ['another version', replaced(good, 0, 2)],
        ['a value too many', [...good, 0]],
        ['a negative seq', replaced(good, 3, -1)],
        ['a fraction', replaced(good, 4, 1.5)],
        ['a SKU cut short', replaced(good, 5, skus.slice(1))],
        ['a SKU without a name', replaced(good, 5, replaced(skus, 0, 5))],
        ['a state that is none', replaced(good, 5, replaced(skus, 1, 4))],
        ['no changes', replaced(good, 6, [])],
        ['a kind that is none', replaced(good, 6, replaced(changes, 0, 11))],
        ['a SKU that is not there', replaced(good, 6, replaced(changes, 1, 2))],
        ['a number for a hold id', replaced(good, 6, replaced(changes, 2, 3))],
        ['a fractional quantity', replaced(good, 6, replaced(changes, 4, 0.5))],
        ['no actor', replaced(good, 6, replaced(changes, 7, null))],
    ];
    for (const [what, value] of bad)
        t.throws(() => decodeEvent(pack(value)), CorruptEvent, what);
});
t.test('large times come as numbers, also in the 64 bits that Lua writes', async (t) => {
    const at = Buffer.alloc(9);
    at[0] = 0xd3;
    at.writeBigInt64BE(1700000000000n, 1);
    const packed = new Packr({ useRecords: false }).pack([
        ['a', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [4, 1, '', '', 0, 0, '', ''],
    ]);
    // An array of seven: 1, 1, 0, 1, the time, then the two arrays without the header of the one that held them.
    const bytes = Buffer.concat([Buffer.from([0x97, 1, 1, 0, 1]), at, packed.subarray(1)]);
    t.equal(decodeEvent(bytes).at, 1_700_000_000_000);
});
t.test('the digest tells any two different events apart and ignores what the ledger does not keep', async (t) => {
    t.doesNotThrow(() => fc.assert(fc.property(event, event, (left, right) => {
        const same = digestOf(left).equals(digestOf(right));
        const stored = digestOfStored(decodeStoredEvent(encodeEvent(left)));
        return stored.equals(digestOf(left)) && (!same || left.seq === right.seq);
    })));
    const [sample] = fc.sample(event, 1);
    const views = { ...sample, skus: sample.skus.map((one) => ({ ...one, available: one.available + 1 })) };
    t.same(digestOf(views), digestOf(sample), 'counters of SKUs');
    for (const change of [{ seq: sample.seq + 1 }, { at: sample.at + 1 }, { epoch: sample.epoch + 1 }]) {
        t.not(digestOf({ ...sample, ...change }).toString('hex'), digestOf(sample).toString('hex'));
    }
});
//# sourceMappingURL=codec.test.js.map