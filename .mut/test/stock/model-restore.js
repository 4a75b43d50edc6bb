import { buyerKey } from './model-partition.js';
const MEMBER_IDS_MAX = 256;
const RESTORING = new Set([
    'seal',
    'restore_begin',
    'restore',
    'restore_end',
]);
export function isRestoring(call) {
    return RESTORING.has(call.operation);
}
/** The epoch found where this step of a recovery may not be done; undefined where it may. */
export function restoreRefusal(partition, call) {
    const { epoch } = partition;
    const isSealed = epoch === -call.epoch;
    if (call.operation === 'restore')
        return isSealed ? undefined : epoch;
    if (call.operation === 'restore_end')
        return isSealed || epoch === call.epoch ? undefined : epoch;
    return Math.abs(epoch) > call.epoch ? epoch : undefined;
}
export const RESTORE_OPERATIONS = {
    seal: ({ partition }, call) => {
        partition.epoch = -call.epoch;
        return {};
    },
    restore_begin: ({ partition, now }, call) => {
        for (const records of recordsOf(partition))
            records.clear();
        partition.events = [];
        partition.epoch = -call.epoch;
        partition.seq = 0;
        partition.trimmed = 0;
        partition.last = Math.max(now, call.last);
        return {};
    },
    restore: restorePage,
    restore_end: ({ partition }, call) => {
        partition.epoch = call.epoch;
        return {};
    },
};
function recordsOf(partition) {
    const { skus, definitions, holds, buyers, adjustments, deadlines, withholding } = partition;
    return [skus, definitions, holds, buyers, adjustments, deadlines, withholding];
}
function restorePage({ partition }, call) {
    for (const view of call.skus) {
        partition.skus.set(view.sku, { ...view });
        if (view.state === 'scheduled' && view.opensAt > 0)
            partition.deadlines.set(`O${view.sku}`, view.opensAt);
        if (view.closesAt > 0)
            partition.deadlines.set(`C${view.sku}`, view.closesAt);
    }
    for (const definition of call.definitions)
        partition.definitions.set(definition.sku, { ...definition });
    let open = { prefix: '', at: 0, ids: [] };
    const close = () => {
        if (open.ids.length > 0)
            partition.deadlines.set(open.prefix + open.ids.join(''), open.at);
    };
    for (const { hold, forgottenAt, withholds } of call.holds) {
        partition.holds.set(hold.holdId, hold);
        if (withholds && hold.state === 'held')
            partition.withholding.add(hold.holdId);
        const [prefix, at] = hold.state === 'held' ? ['H', hold.expiresAt] : ['E0:', forgottenAt];
        if (open.prefix !== prefix || open.at !== at || open.ids.length === MEMBER_IDS_MAX) {
            close();
            open = { prefix, at, ids: [] };
        }
        open.ids.push(hold.holdId);
    }
    close();
    for (const buyer of call.buyers) {
        partition.buyers.set(buyerKey(buyer), { units: buyer.units, live: [...buyer.holdIds] });
    }
    for (const { adjustmentId, forgottenAt, ...adjustment } of call.adjustments) {
        partition.adjustments.set(adjustmentId, adjustment);
        partition.deadlines.set(`A0:${adjustmentId}`, forgottenAt);
    }
    return {};
}
//# sourceMappingURL=model-restore.js.map