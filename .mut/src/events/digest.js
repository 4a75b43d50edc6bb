import { createHash } from 'node:crypto';
import { toStoredEvent } from './codec.js';
import { CHANGE_WIDTH, ChangeField, SKU_WIDTH } from './stored-event.js';
/**
 * SHA-256 of what an event says happened, made only of what the ledger's rows also say, so that it can be computed again
 * from the rows: where and when, and for each change its kind, SKU, hold, buyer, units, detail, actor, and the deadline of
 * a new hold. The SKU views are left out: the ledger keeps only the newest one of each SKU.
 */
export function digestOfStored(event) {
    const { skus, changes } = event;
    const values = [event.epoch, event.partition, event.seq, event.at];
    for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
        const kind = changes[base];
        values.push(kind, skus[(changes[base + ChangeField.sku] - 1) * SKU_WIDTH], changes[base + ChangeField.holdId], changes[base + ChangeField.buyer], changes[base + ChangeField.units], 
        // An ended hold's deadline is in the event for the readers' convenience; the domain event does not carry it.
        kind === 0 ? changes[base + ChangeField.deadline] : 0, changes[base + ChangeField.detail], changes[base + ChangeField.actor]);
    }
    // JSON, because it says where one text ends and the next begins.
    return createHash('sha256').update(JSON.stringify(values)).digest();
}
export function digestOf(event) {
    return digestOfStored(toStoredEvent(event));
}
//# sourceMappingURL=digest.js.map