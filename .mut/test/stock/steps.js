import fc from 'fast-check';
/** Names that must stay names: a Lua pattern, a separator of the stored records' neighbours, the longest there may be. */
const SKUS = ['a', 'b.%d+', 'c:C@+~-', 'x'.repeat(64)];
const BUYERS = ['alice', 'bob', 'b:1@shop~+-._', 'y'.repeat(64)];
const HOLD_IDS = 10;
const holdIdOf = (number) => `AA${String(number).padStart(26, 'h')}`;
/** Holds of one buyer in one call: more than the live ids that a buyer's record keeps. */
const RUSH_ITEMS_MAX = 20;
const holdId = fc
    .oneof({ weight: 6, arbitrary: fc.nat(HOLD_IDS - 1) }, { weight: 1, arbitrary: fc.integer({ min: HOLD_IDS, max: HOLD_IDS + RUSH_ITEMS_MAX - 1 }) })
    .map(holdIdOf);
const adjustmentId = fc.nat(3).map((number) => `AA${String(number).padStart(26, 'j')}`);
const sku = fc.constantFrom(...SKUS);
const buyerId = fc.constantFrom(...BUYERS);
const actor = fc.constantFrom('request-1|key|10.0.0.1', 'request-2||', 'ünïcode|k|::1');
/** Mostly in time; relative to Redis' time. */
const lateness = fc.oneof({ weight: 9, arbitrary: fc.constant(60_000) }, fc.integer({ min: -50, max: 50 }));
const offsetMs = fc.oneof(fc.constant(undefined), fc.integer({ min: -300, max: 900 }));
const holdTtlMs = fc.constantFrom(100, 100, 250, 1_000);
/** A time the merchant gives: 0 (none) or an offset from now. */
const timeAt = (now, offset) => (offset === undefined ? 0 : now + offset);
/** What is asked under a hold id: mostly the same each time, so that repeats are replays, else anything. */
const holdItem = fc
    .record({
    number: fc.nat(HOLD_IDS - 1),
    twist: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.record({ sku, buyerId, quantity: fc.integer({ min: 1, max: 4 }) }) }),
    lateness,
    actor,
})
    .map(({ number, twist, ...rest }) => ({
    holdId: holdIdOf(number),
    ...(twist ?? {
        sku: SKUS[number % 3],
        buyerId: BUYERS[number % 2],
        quantity: 1 + (number % 3),
    }),
    ...rest,
}));
const hold = fc.array(holdItem, { minLength: 1, maxLength: 8 }).map((items) => ({ now }) => ({
    operation: 'hold',
    items: items.map(({ lateness, ...item }) => ({ ...item, notAfter: now + lateness })),
}));
const rush = fc.record({ count: fc.integer({ min: 14, max: RUSH_ITEMS_MAX }), actor }).map(({ count, actor }) => ({ now }) => ({
    operation: 'hold',
    items: Array.from({ length: count }, (_, index) => ({
        holdId: holdIdOf(HOLD_IDS + index),
        sku: SKUS[0],
        buyerId: BUYERS[0],
        quantity: 1,
        notAfter: now + 1_000,
        actor,
    })),
}));
const confirm = fc
    .array(fc.record({ holdId, paymentRef: fc.constantFrom('pay-1', 'pay-2', 'zahlung-ü|9'), lateness, actor }), {
    minLength: 1,
    maxLength: 5,
})
    .map((items) => ({ now }) => ({
    operation: 'confirm',
    items: items.map(({ lateness, ...item }) => ({ ...item, notAfter: now + lateness })),
}));
const release = fc.array(fc.record({ holdId, lateness, actor }), { minLength: 1, maxLength: 5 }).map((items) => ({ now }) => ({
    operation: 'release',
    items: items.map(({ lateness, ...item }) => ({ ...item, notAfter: now + lateness })),
}));
const rules = {
    buyerLimit: fc.integer({ min: 0, max: 6 }),
    holdTtlMs,
    opensAt: offsetMs,
    closesAt: offsetMs,
};
const define = fc
    .record({
    ...rules,
    sku,
    total: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(1_000_000_000, 1_000_000_001)),
    reserved: fc.integer({ min: 0, max: 3 }),
    lateness,
    actor,
})
    .map(({ lateness, actor, opensAt, closesAt, ...rest }) => ({ now }) => ({
    operation: 'define',
    definition: { ...rest, opensAt: timeAt(now, opensAt), closesAt: timeAt(now, closesAt) },
    notAfter: now + lateness,
    actor,
}));
/** The definition of a SKU that every life begins with, as it was or with one rule other. */
const defineAgain = fc
    .record({
    index: fc.nat(1),
    other: fc.constantFrom({}, {}, { total: 19 }, { reserved: 3 }, { buyerLimit: 2 }, { holdTtlMs: 101 }, { closesAt: 7 }),
    actor,
})
    .map(({ index, other, actor }) => ({ now }) => ({
    operation: 'define',
    definition: { ...openingDefinition(index, now), ...other },
    notAfter: now + 1_000,
    actor,
}));
const reserved = fc.oneof(fc.record({ units: fc.integer({ min: 0, max: 8 }) }), fc.record({ percent: fc.constantFrom(0, 0.07, 5, 33, 12.5, 100) }));
const patch = fc
    .record({
    fields: fc.record({ ...rules, reserved }, { requiredKeys: [] }),
    sku,
    lateness,
    actor,
})
    .map(({ fields, sku, lateness, actor }) => ({ now }) => {
    const { opensAt, closesAt, ...rest } = fields;
    const times = {
        ...('opensAt' in fields ? { opensAt: timeAt(now, opensAt) } : {}),
        ...('closesAt' in fields ? { closesAt: timeAt(now, closesAt) } : {}),
    };
    return { operation: 'patch', patch: { sku, ...rest, ...times }, notAfter: now + lateness, actor };
});
const changeState = fc
    .record({ sku, action: fc.constantFrom('open', 'open', 'open', 'pause', 'close'), lateness, actor })
    .map(({ sku, action, lateness, actor }) => ({ now }) => ({
    operation: 'change_state',
    sku,
    action,
    notAfter: now + lateness,
    actor,
}));
const adjust = fc
    .record({
    sku,
    adjustmentId,
    delta: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -6, max: 12 }) }, { weight: 1, arbitrary: fc.constant(999_999_999) }),
    reason: fc.constantFrom('delivery', 'bröken | lost'),
    lateness,
    actor,
})
    .map(({ lateness, ...rest }) => ({ now }) => ({
    operation: 'adjust',
    ...rest,
    notAfter: now + lateness,
}));
/**
 * A recount that finds another total or reserve than the counters say; held and sold are those of the holds. Of this seq or
 * an earlier one, with or without a second one.
 */
const repair = fc
    .record({
    sku,
    seqOff: fc.constantFrom(0, 0, -1, -2, -5, -40, 1),
    secondSeqOff: fc.constantFrom(0, -1, undefined),
    total: fc.integer({ min: -2, max: 2 }),
    reserved: fc.integer({ min: -2, max: 2 }),
    lateness,
    actor: fc.constantFrom('repair', 'request-3|key|::1'),
})
    .map(({ sku, seqOff, secondSeqOff, total, reserved, lateness, actor }) => ({ now, seq, counters }) => {
    const found = counters?.(sku, seq + seqOff) ?? { total: 9, held: 0, sold: 0, reserved: 0 };
    return {
        operation: 'repair',
        sku,
        seq: Math.max(seq + seqOff, 0),
        counters: {
            total: found.total + total,
            held: found.held,
            sold: found.sold,
            reserved: Math.max(found.reserved + reserved, 0),
        },
        secondSeq: secondSeqOff === undefined ? 0 : seq + secondSeqOff,
        notAfter: now + lateness,
        actor,
    };
});
const expire = fc
    .record({
    limit: fc.constantFrom(1, 3, 1000),
    retentionMs: fc.constantFrom(0, 200, 2_000),
    behind: fc.constantFrom(0, 0, 1, 5),
})
    .map(({ limit, retentionMs, behind }) => ({ seq }) => ({
    operation: 'expire',
    limit,
    retentionMs,
    ledgerSeq: Math.max(seq - behind, 0),
}));
const trim = fc.record({ behind: fc.nat(6), keepBehind: fc.nat(10) }).map(({ behind, keepBehind }) => ({ seq }) => ({
    operation: 'trim',
    committedSeq: Math.max(seq - behind, 0),
    keepFromSeq: Math.max(seq - keepBehind, 0),
}));
const builder = fc.oneof({ weight: 8, arbitrary: hold }, { weight: 2, arbitrary: rush }, { weight: 4, arbitrary: confirm }, { weight: 3, arbitrary: release }, { weight: 1, arbitrary: define }, { weight: 1, arbitrary: defineAgain }, { weight: 3, arbitrary: patch }, { weight: 3, arbitrary: changeState }, { weight: 2, arbitrary: adjust }, { weight: 3, arbitrary: repair }, { weight: 5, arbitrary: expire }, { weight: 1, arbitrary: trim }, { weight: 1, arbitrary: fc.constant(() => ({ operation: 'head' })) }, {
    weight: 1,
    arbitrary: fc.array(holdId, { maxLength: 6 }).map((holdIds) => () => ({ operation: 'read_holds', holdIds })),
}, {
    weight: 1,
    arbitrary: fc.array(sku, { maxLength: 4 }).map((skus) => () => ({ operation: 'read_skus', skus })),
}, {
    weight: 1,
    arbitrary: fc.constant(() => ({ operation: 'page_skus', cursor: '0', count: 1000 })),
}, ...['page_holds', 'page_buyers', 'page_deadlines'].map((operation) => ({
    weight: 1,
    arbitrary: fc.constant(() => ({ operation, cursor: '0', count: 1000 })),
})));
const often = (usual, ...others) => fc.oneof({ weight: 40, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
/** One step of a random life of a store of `partitions` partitions. */
export function steps(partitions) {
    return fc
        .record({
        advanceMs: fc.oneof({ weight: 5, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.constantFrom(100, 250, 1_000, 11_000, -60) }),
        partition: fc.nat(partitions - 1),
        // Another epoch; a seq the store has not reached.
        epochOff: often(0, 1, -1),
        seqAhead: often(0, 1, -1),
        builder,
    })
        .map(({ advanceMs, partition, epochOff, seqAhead, builder }) => {
        const build = (context) => ({
            partition,
            epoch: context.epoch + epochOff,
            seqSeen: Math.max(context.seq + seqAhead, 0),
            ...builder(context),
        });
        // A failing life is printed: as calls with times counted from 0, not as source code.
        const shown = () => `+${advanceMs}ms ${JSON.stringify(build({ now: 0, epoch: 1, seq: 0 }))}`;
        return { advanceMs, partition, build, [fc.toStringMethod]: shown };
    });
}
/** Defines three SKUs, opens two; the third opens soon: so that most of what follows finds something to do. */
export const OPENING = [
    ...[0, 1, 2].map((index) => ({ now }) => ({
        operation: 'define',
        definition: openingDefinition(index, now),
        notAfter: now + 1_000,
        actor: 'opening||',
    })),
    ...[0, 1].map((index) => ({ now }) => ({
        operation: 'change_state',
        sku: SKUS[index],
        action: 'open',
        notAfter: now + 1_000,
        actor: 'opening||',
    })),
];
function openingDefinition(index, now) {
    return {
        sku: SKUS[index],
        total: 20 - 6 * index,
        reserved: index,
        buyerLimit: [0, 3, 5][index],
        holdTtlMs: [100, 250, 1_000][index],
        opensAt: index === 2 ? now + 40 : 0,
        closesAt: 0,
    };
}
//# sourceMappingURL=steps.js.map