import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { AnswerBatch, CommandBatch, readAnswers, readCommands } from '../../src/actors/messages.js';
/** Plain objects, as the gateway makes them. */
const plain = { noNullPrototype: true };
const text = fc.string({ unit: 'binary', maxLength: 140 });
const hold = fc.record({
    kind: fc.constant('hold'),
    holdId: text,
    sku: text,
    buyerId: text,
    quantity: fc.integer({ min: 1, max: 1000 }),
    actor: text,
    certainlyNew: fc.boolean(),
}, plain);
const other = fc.oneof(fc.record({ kind: fc.constant('confirm'), holdId: text, paymentRef: text, actor: text }, plain), fc.record({ kind: fc.constant('read_sku'), sku: text }, plain), fc.record({
    kind: fc.constant('adjust'),
    sku: text,
    delta: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    reason: text,
    adjustmentId: text,
    actor: text,
}, plain));
t.test('property: commands arrive as they were sent, in their order', (t) => {
    const entry = fc.record({
        slot: fc.nat(),
        command: fc.oneof(hold, other),
        sentAt: fc.double({ min: 0, max: 1e12, noNaN: true }),
        isResubmitted: fc.boolean(),
    }, plain);
    fc.assert(fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const batch = new CommandBatch();
        for (const { slot, command, sentAt, isResubmitted } of entries)
            batch.add(slot, command, sentAt, isResubmitted);
        const arrived = [];
        readCommands(batch.take(), (slot, command, sentAt, isResubmitted) => arrived.push({ slot, command, sentAt, isResubmitted }));
        return batch.isEmpty && isDeepStrictEqual(arrived, entries);
    }));
    t.end();
});
t.test('answers arrive as they were given', (t) => {
    const batch = new AnswerBatch();
    const outcomes = [
        { kind: 'refused', code: 'buyer_limit', limit: 2, remaining: 0, holdIds: ['a', 'b'] },
        {
            kind: 'hold',
            replayed: true,
            hold: {
                state: 'confirmed',
                holdId: 'h',
                sku: 's',
                buyerId: 'b',
                quantity: 1,
                expiresAt: 1_800_000_000_000,
                endedAt: 1_800_000_000_001,
                paymentRef: 'ü€',
            },
        },
    ];
    batch.created(5, 1_800_000_000_000);
    for (const [index, outcome] of outcomes.entries())
        batch.add(index, outcome);
    const arrived = [];
    readAnswers(batch.take(), (slot, answer) => arrived.push([slot, answer]));
    t.strictSame(arrived, [[5, 1_800_000_000_000], ...outcomes.map((outcome, index) => [index, outcome])]);
    t.end();
});
//# sourceMappingURL=messages.test.js.map