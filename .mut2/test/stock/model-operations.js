import { TOTAL_MAX } from '../../src/domain/identifiers.js';
import { stateAfter } from '../../src/domain/sku.js';
import { buyerKey, idsOf, LIVE_IDS_MAX } from './model-partition.js';
import { RESTORE_OPERATIONS } from './model-restore.js';
const MEMBER_IDS_MAX = 256;
const ID_LENGTH = 28;
const MEMBERS_MAX = 1024;
const PUT_OFF_MS = 10_000;
const TRIMMED_MAX = 1000;
const ITEMS_MAX = 1000;
export const OPERATIONS = {
    ...RESTORE_OPERATIONS,
    hold: holdAll,
    confirm: (context, call) => {
        touchSkusOf(context, call.items);
        const results = call.items.map((item) => {
            const hold = endable(context, item);
            if ('code' in hold)
                return hold;
            if (hold.state === 'confirmed' && hold.paymentRef === item.paymentRef)
                return { kind: 'hold', hold, replayed: true };
            if (hold.state !== 'held')
                return { code: `hold_${hold.state}`, hold };
            const to = { state: 'confirmed', paymentRef: item.paymentRef };
            return { kind: 'hold', hold: context.end(hold, to, item.actor), replayed: false };
        });
        return committed(context, results);
    },
    release: (context, call) => {
        touchSkusOf(context, call.items);
        const results = call.items.map((item) => {
            const hold = endable(context, item);
            if ('code' in hold)
                return hold;
            if (hold.state === 'released')
                return { kind: 'hold', hold, replayed: true };
            if (hold.state !== 'held')
                return { code: `hold_${hold.state}`, hold };
            return { kind: 'hold', hold: context.end(hold, { state: 'released' }, item.actor), replayed: false };
        });
        return committed(context, results);
    },
    read_holds: (context, call) => {
        touchSkusOf(context, call.holdIds.map((holdId) => ({ holdId })));
        const results = call.holdIds.map((holdId) => {
            const hold = context.partition.holds.get(holdId);
            if (hold === undefined)
                return { code: 'unknown_hold' };
            return { kind: 'hold', hold: context.expireIfOverdue(hold), replayed: false };
        });
        return committed(context, results);
    },
    read_skus: (context, call) => ({
        results: call.skus.map((name) => {
            const sku = context.touch(name);
            return sku === undefined ? { code: 'unknown_sku' } : { kind: 'sku', view: { ...sku }, changed: false };
        }),
    }),
    define: defineSku,
    patch: patchSku,
    change_state: changeState,
    adjust: adjustStock,
    repair: repairSku,
    expire: expireDue,
    head: ({ partition }) => ({ nextDue: partition.nextDue(), oldestSeq: partition.events[0]?.seq ?? 0 }),
    page_skus: (context) => {
        for (const name of context.partition.skus.keys())
            context.touch(name);
        return {};
    },
    page_holds: ({ partition }) => ({ holds: [...partition.holds.values()] }),
    page_buyers: ({ partition }) => ({
        buyers: [...partition.buyers].map(([key, { units }]) => ({ key, units })),
    }),
    page_deadlines: ({ partition }) => ({
        deadlines: [...partition.deadlines]
            .filter(([member]) => member.startsWith('H'))
            .map(([member, at]) => ({ at, holdIds: idsOf(member) })),
    }),
    trim: ({ partition }, { committedSeq, keepFromSeq }) => {
        const first = Math.min(keepFromSeq, committedSeq + 1, partition.seq + 1, partition.trimmed + 1 + TRIMMED_MAX);
        partition.trimmed = Math.max(partition.trimmed, first - 1);
        partition.events = partition.events.filter(({ seq }) => seq > partition.trimmed);
        return { oldestSeq: partition.events[0]?.seq ?? 0 };
    },
};
function committed(context, results) {
    context.commit();
    return { results };
}
/** A call on one SKU answers its view as the call leaves it. */
function ofSku(context, sku, changed) {
    context.commit();
    return { results: [{ kind: 'sku', view: { ...sku }, changed }] };
}
function touchSkusOf(context, items) {
    for (const { holdId } of items) {
        const hold = context.partition.holds.get(holdId);
        if (hold !== undefined)
            context.touch(hold.sku);
    }
}
/** The hold as confirm and release find it: expired when its deadline passed, or why it cannot be ended. */
function endable(context, item) {
    const hold = context.partition.holds.get(item.holdId);
    if (hold === undefined)
        return { code: 'unknown_hold' };
    if (hold.state === 'held' && !context.isOverdue(hold) && context.now > item.notAfter)
        return { code: 'too_late' };
    return context.expireIfOverdue(hold);
}
function holdAll(context, call) {
    for (const name of new Set(call.items.map((item) => item.sku))) {
        const sku = context.touch(name);
        if (sku !== undefined)
            context.settleSchedule(sku);
    }
    const newIds = new Map();
    const results = call.items.map((item) => {
        const known = context.partition.holds.get(item.holdId);
        if (known !== undefined) {
            const isSame = known.sku === item.sku && known.buyerId === item.buyerId && known.quantity === item.quantity;
            if (!isSame)
                return { code: 'idempotency_mismatch' };
            return { kind: 'hold', hold: context.expireIfOverdue(known), replayed: true };
        }
        const result = takeUnits(context, item);
        if ('kind' in result && result.kind === 'created') {
            const ids = newIds.get(result.expiresAt) ?? [];
            newIds.set(result.expiresAt, [...ids, item.holdId]);
        }
        return result;
    });
    for (const [at, ids] of newIds) {
        for (let from = 0; from < ids.length; from += MEMBER_IDS_MAX) {
            context.partition.deadlines.set(`H${ids.slice(from, from + MEMBER_IDS_MAX).join('')}`, at);
        }
    }
    return committed(context, results);
}
function takeUnits(context, item) {
    const { now, partition } = context;
    const { holdId, buyerId, quantity, actor } = item;
    const sku = partition.skus.get(item.sku);
    if (now > item.notAfter)
        return { code: 'too_late' };
    if (sku === undefined)
        return { code: 'unknown_sku' };
    if (sku.state === 'scheduled')
        return { code: 'not_open', opensAt: sku.opensAt };
    if (sku.state !== 'open')
        return { code: sku.state };
    const key = buyerKey(item);
    const record = () => partition.buyers.get(key) ?? { units: 0, live: [] };
    const isOver = () => sku.buyerLimit > 0 && record().units + quantity > sku.buyerLimit;
    if (isOver())
        for (const id of record().live)
            context.expireIfOverdue(partition.holds.get(id));
    const { units, live } = record();
    if (isOver()) {
        const remaining = Math.max(sku.buyerLimit - units, 0);
        return { code: 'buyer_limit', limit: sku.buyerLimit, remaining, holdIds: live };
    }
    if (quantity > sku.available)
        return { code: 'sold_out', available: sku.available };
    const expiresAt = now + sku.holdTtlMs;
    sku.available -= quantity;
    sku.held += quantity;
    partition.holds.set(holdId, { holdId, sku: sku.sku, buyerId, quantity, expiresAt, state: 'held' });
    partition.buyers.set(key, { units: units + quantity, live: [...live, holdId].slice(-LIVE_IDS_MAX) });
    context.change({ kind: 'held', sku: sku.sku, holdId, buyerId, quantity, expiresAt, actor });
    return { kind: 'created', expiresAt };
}
function defineSku(context, call) {
    const { definition: d, notAfter, actor } = call;
    const { partition, now } = context;
    const known = context.touch(d.sku);
    if (known !== undefined) {
        const isSame = sameDefinition(partition.definitions.get(d.sku), d);
        return isSame ? ofSku(context, known, false) : { results: [{ code: 'sku_exists' }] };
    }
    if (now > notAfter)
        return { results: [{ code: 'too_late' }] };
    if (d.total > TOTAL_MAX)
        return { results: [{ code: 'total_out_of_range', total: d.total }] };
    if (d.reserved > d.total)
        return { results: [{ code: 'insufficient_stock', available: d.total }] };
    partition.skus.set(d.sku, { ...d, state: 'scheduled', available: d.total - d.reserved, held: 0, sold: 0 });
    partition.definitions.set(d.sku, d);
    const sku = context.touch(d.sku);
    context.change({ kind: 'defined', sku: d.sku, actor });
    context.settleSchedule(sku);
    if (d.opensAt > now)
        context.schedule('O', d.sku, d.opensAt);
    if (d.closesAt > now)
        context.schedule('C', d.sku, d.closesAt);
    return ofSku(context, sku, true);
}
function sameDefinition(a, b) {
    const fields = ['total', 'reserved', 'buyerLimit', 'holdTtlMs', 'opensAt', 'closesAt'];
    return fields.every((field) => a[field] === b[field]);
}
const PATCHED_FIELDS = ['buyerLimit', 'holdTtlMs', 'opensAt', 'closesAt', 'reserved'];
function rulesWanted(sku, { sku: _name, reserved, ...rules }) {
    const { buyerLimit, holdTtlMs, opensAt, closesAt } = sku;
    const wanted = { buyerLimit, holdTtlMs, opensAt, closesAt, reserved: sku.reserved, ...rules };
    if (reserved === undefined)
        return wanted;
    const units = 'units' in reserved
        ? reserved.units
        : Math.ceil((Math.round(reserved.percent * 100) * sku.total) / 10_000);
    return { ...wanted, reserved: units };
}
function patchSku(context, call) {
    const sku = context.touch(call.patch.sku);
    if (sku === undefined)
        return { results: [{ code: 'unknown_sku' }] };
    context.settleSchedule(sku);
    const wanted = rulesWanted(sku, call.patch);
    const different = PATCHED_FIELDS.filter((field) => wanted[field] !== sku[field]);
    if (different.length === 0)
        return ofSku(context, sku, false);
    if (context.now > call.notAfter)
        return committed(context, [{ code: 'too_late' }]);
    const available = sku.available + sku.reserved - wanted.reserved;
    if (available < 0)
        return committed(context, [{ code: 'insufficient_stock', available: sku.available }]);
    const detail = JSON.stringify(Object.fromEntries(different.map((field) => [field, [sku[field], wanted[field]]])));
    if (different.includes('opensAt'))
        context.schedule('O', sku.sku, wanted.opensAt);
    if (different.includes('closesAt'))
        context.schedule('C', sku.sku, wanted.closesAt);
    Object.assign(sku, wanted, { available });
    context.change({ kind: 'patched', sku: sku.sku, detail, actor: call.actor });
    context.settleSchedule(sku);
    return ofSku(context, sku, true);
}
const STATE_KINDS = { open: 'opened', pause: 'paused', close: 'closed' };
function changeState(context, call) {
    const sku = context.touch(call.sku);
    if (sku === undefined)
        return { results: [{ code: 'unknown_sku' }] };
    context.settleSchedule(sku);
    const from = sku.state;
    const to = stateAfter(call.action, from);
    if (to === from)
        return ofSku(context, sku, false);
    if (context.now > call.notAfter)
        return committed(context, [{ code: 'too_late' }]);
    if (to === undefined)
        return committed(context, [{ code: 'closed' }]);
    sku.state = to;
    if (to === 'open' && sku.closesAt <= context.now)
        sku.closesAt = 0;
    context.change({ kind: STATE_KINDS[call.action], sku: sku.sku, from, actor: call.actor });
    return ofSku(context, sku, true);
}
function adjustStock(context, call, options) {
    const { partition, now } = context;
    const sku = context.touch(call.sku);
    const before = partition.adjustments.get(call.adjustmentId);
    if (before !== undefined) {
        const isSame = before.sku === call.sku && before.delta === call.delta && before.reason === call.reason;
        return isSame ? ofSku(context, sku, false) : { results: [{ code: 'idempotency_mismatch' }] };
    }
    if (sku === undefined)
        return { results: [{ code: 'unknown_sku' }] };
    context.settleSchedule(sku);
    const total = sku.total + call.delta;
    if (now > call.notAfter)
        return committed(context, [{ code: 'too_late' }]);
    if (sku.available + call.delta < 0)
        return committed(context, [{ code: 'insufficient_stock', available: sku.available }]);
    if (total > TOTAL_MAX)
        return committed(context, [{ code: 'total_out_of_range', total }]);
    sku.total = total;
    sku.available += call.delta;
    const { adjustmentId, delta, reason, actor } = call;
    partition.adjustments.set(call.adjustmentId, { sku: sku.sku, delta, reason });
    context.change({ kind: 'adjusted', sku: sku.sku, adjustmentId, delta, reason, actor });
    const answer = ofSku(context, sku, true);
    partition.deadlines.set(`A${partition.seq}:${call.adjustmentId}`, now + options.adjustmentRetentionMs);
    return answer;
}
const COUNTERS = ['total', 'available', 'held', 'sold', 'reserved'];
const ROLLED_EVENTS_MAX = 32;
/** A recount, as of now instead of `seq`; `undefined` when that is too long ago. */
function rolledOn({ partition }, { sku, seq, counters }) {
    let { total, held, sold, reserved } = counters;
    const missing = partition.seq - seq;
    const since = partition.events.filter((event) => event.seq > seq);
    if (missing < 0 || missing > ROLLED_EVENTS_MAX || since.length !== missing)
        return undefined;
    for (const { skus, changes } of since) {
        for (const change of changes) {
            const view = skus[change.skuIndex];
            if (view.sku !== sku)
                continue;
            if (change.kind === 'held')
                held += change.quantity;
            if (change.kind === 'confirmed' || change.kind === 'released' || change.kind === 'expired')
                held -= change.quantity;
            if (change.kind === 'confirmed')
                sold += change.quantity;
            if (change.kind === 'adjusted')
                total += change.delta;
            const isMeant = change.kind === 'patched' || change.kind === 'repaired';
            if (isMeant && change.detail.includes('"reserved":'))
                reserved = view.reserved;
        }
    }
    return { total, available: total - held - sold - reserved, held, sold, reserved };
}
function repairSku(context, call) {
    const sku = context.touch(call.sku);
    if (sku === undefined)
        return { results: [{ code: 'unknown_sku' }] };
    if (context.now > call.notAfter)
        return { results: [{ code: 'too_late' }] };
    const wanted = rolledOn(context, call);
    if (wanted === undefined)
        return { results: [{ code: 'recount_is_old' }] };
    const different = COUNTERS.filter((name) => sku[name] !== wanted[name]);
    if (different.length === 0)
        return ofSku(context, sku, false);
    if (wanted.total > TOTAL_MAX)
        return { results: [{ code: 'total_out_of_range', total: wanted.total }] };
    if (wanted.available < 0 || wanted.held < 0)
        return { results: [{ code: 'insufficient_stock', available: sku.available }] };
    // One recount may withhold; giving back takes two that agree, at a seq that has not moved.
    const isTwice = call.seq === context.partition.seq && call.secondSeq === context.partition.seq;
    if (wanted.available > sku.available && !isTwice)
        return { results: [{ code: 'gives_back' }] };
    context.settleSchedule(sku);
    const detail = JSON.stringify(Object.fromEntries(different.map((name) => [name, [sku[name], wanted[name]]])));
    const delta = wanted.available - sku.available;
    context.change({ kind: 'repaired', sku: sku.sku, delta, detail, actor: call.actor });
    Object.assign(sku, wanted);
    return ofSku(context, sku, true);
}
/** Due members until they carry `limit` ids; a member counts as one at least. */
function membersWithin(members, limit) {
    const taken = [];
    let ids = 0;
    for (const member of members) {
        if (ids >= limit || taken.length >= MEMBERS_MAX)
            break;
        taken.push(member);
        ids += Math.max(1, Math.floor(member.length / ID_LENGTH));
    }
    return taken;
}
function expireDue(context, call) {
    const { partition, now } = context;
    const members = membersWithin(partition.dueMembers(now), Math.min(call.limit, ITEMS_MAX));
    for (const member of members.filter((text) => /^[OC]/.test(text))) {
        const sku = context.touch(member.slice(1));
        if (sku !== undefined)
            context.settleSchedule(sku);
    }
    const heldMembers = members.filter((text) => text.startsWith('H'));
    const holdIds = heldMembers.flatMap(idsOf);
    touchSkusOf(context, holdIds.map((holdId) => ({ holdId })));
    const isHeld = (holdId) => partition.holds.get(holdId)?.state === 'held';
    const heldBefore = holdIds.filter(isHeld);
    for (const holdId of holdIds) {
        const hold = partition.holds.get(holdId);
        if (hold !== undefined)
            context.expireIfOverdue(hold);
    }
    const expired = heldBefore.filter((holdId) => !isHeld(holdId)).length;
    context.commit();
    for (const member of members)
        forgetOrPutOff(context, member, call.ledgerSeq);
    for (const member of heldMembers) {
        partition.deadlines.set(`E${partition.seq}:${member.slice(1)}`, now + call.retentionMs);
    }
    const nextDue = partition.nextDue();
    return { nextDue, more: nextDue > 0 && nextDue <= now, expired };
}
function forgetOrPutOff({ partition, now }, member, ledgerSeq) {
    partition.deadlines.delete(member);
    if (!/^[EA]/.test(member))
        return;
    const seq = Number(member.slice(1, member.indexOf(':')));
    if (seq > ledgerSeq)
        partition.deadlines.set(member, now + PUT_OFF_MS);
    else if (member.startsWith('A'))
        partition.adjustments.delete(member.slice(member.indexOf(':') + 1));
    else
        for (const id of idsOf(member))
            partition.holds.delete(id);
}
//# sourceMappingURL=model-operations.js.map