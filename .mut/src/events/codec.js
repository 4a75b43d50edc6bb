import { Packr } from 'msgpackr';
import { CHANGE_KINDS } from '../domain/event.js';
import { SKU_STATES, skuValues } from '../domain/sku.js';
import { CHANGE_WIDTH, ChangeField, decodeStoredEvent, EVENT_VERSION, SKU_WIDTH, SkuField, } from './stored-event.js';
const packr = new Packr({ useRecords: false });
/** Domain event of the bytes in a stream entry. Throws `CorruptEvent`. */
export function decodeEvent(bytes) {
    return toStockEvent(decodeStoredEvent(bytes));
}
/** Bytes as the function library writes them; for tests, the model and the simulator. */
export function encodeEvent(event) {
    const stored = toStoredEvent(event);
    return packr.pack([
        EVENT_VERSION,
        stored.epoch,
        stored.partition,
        stored.seq,
        stored.at,
        stored.skus,
        stored.changes,
    ]);
}
export function toStockEvent(stored) {
    const { epoch, partition, seq, at } = stored;
    const changes = [];
    for (let base = 0; base < stored.changes.length; base += CHANGE_WIDTH) {
        changes.push(changeAt(stored.changes, base));
    }
    return { epoch, partition, seq, at, skus: viewsOf(stored), changes };
}
/** The view of each SKU after the event. */
export function viewsOf({ skus }) {
    const views = [];
    for (let base = 0; base < skus.length; base += SKU_WIDTH) {
        const number = (field) => skus[base + field];
        views.push({
            sku: skus[base],
            state: SKU_STATES[number(SkuField.state)],
            total: number(SkuField.total),
            available: number(SkuField.available),
            held: number(SkuField.held),
            sold: number(SkuField.sold),
            reserved: number(SkuField.reserved),
            buyerLimit: number(SkuField.buyerLimit),
            holdTtlMs: number(SkuField.holdTtlMs),
            opensAt: number(SkuField.opensAt),
            closesAt: number(SkuField.closesAt),
        });
    }
    return views;
}
function changeAt(values, base) {
    const text = (field) => values[base + field];
    const number = (field) => values[base + field];
    const facts = { skuIndex: number(ChangeField.sku) - 1, actor: text(ChangeField.actor) };
    const hold = {
        holdId: text(ChangeField.holdId),
        buyerId: text(ChangeField.buyer),
        quantity: number(ChangeField.units),
    };
    const detail = text(ChangeField.detail);
    const kind = CHANGE_KINDS[number(ChangeField.kind)];
    switch (kind) {
        case 'held':
            return { kind, ...facts, ...hold, expiresAt: number(ChangeField.deadline) };
        case 'confirmed':
        case 'released':
        case 'expired':
            return { kind, ...facts, ...hold, paymentRef: detail };
        case 'defined':
            return { kind, ...facts };
        case 'patched':
            return { kind, ...facts, detail };
        case 'opened':
        case 'paused':
        case 'closed':
            return { kind, ...facts, from: detail };
        case 'adjusted':
            return {
                kind,
                ...facts,
                adjustmentId: hold.holdId,
                delta: number(ChangeField.units),
                reason: detail,
            };
        case 'repaired':
            return { kind, ...facts, delta: number(ChangeField.units), detail };
    }
}
export function toStoredEvent(event) {
    const skus = event.skus.flatMap(skuValues);
    const { epoch, partition, seq, at } = event;
    return { epoch, partition, seq, at, skus, changes: event.changes.flatMap(storedChange) };
}
function storedChange(change) {
    const head = [CHANGE_KINDS.indexOf(change.kind), change.skuIndex + 1];
    switch (change.kind) {
        case 'held':
            return [...head, change.holdId, change.buyerId, change.quantity, change.expiresAt, '', change.actor];
        case 'confirmed':
        case 'released':
        case 'expired':
            return [...head, change.holdId, change.buyerId, change.quantity, 0, change.paymentRef, change.actor];
        case 'defined':
            return [...head, '', '', 0, 0, '', change.actor];
        case 'patched':
            return [...head, '', '', 0, 0, change.detail, change.actor];
        case 'opened':
        case 'paused':
        case 'closed':
            return [...head, '', '', 0, 0, change.from, change.actor];
        case 'adjusted':
            return [...head, change.adjustmentId, '', change.delta, 0, change.reason, change.actor];
        case 'repaired':
            return [...head, '', '', change.delta, 0, change.detail, change.actor];
    }
}
//# sourceMappingURL=codec.js.map