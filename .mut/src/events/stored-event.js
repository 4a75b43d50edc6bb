import { Unpackr } from 'msgpackr';
import { CHANGE_KINDS } from '../domain/event.js';
import { SKU_STATES } from '../domain/sku.js';
/** Version of the stored form this code reads and writes (`lua/README.md`, "Events"). */
export const EVENT_VERSION = 1;
/** Values of one SKU view in `StoredEvent.skus`, and where each is. */
export const SKU_WIDTH = 11;
export const SkuField = {
    sku: 0,
    state: 1,
    total: 2,
    available: 3,
    held: 4,
    sold: 5,
    reserved: 6,
    buyerLimit: 7,
    holdTtlMs: 8,
    opensAt: 9,
    closesAt: 10,
};
/** Values of one change in `StoredEvent.changes`, and where each is. */
export const CHANGE_WIDTH = 8;
export const ChangeField = {
    kind: 0,
    /** Counted from 1, as Lua counts. */
    sku: 1,
    holdId: 2,
    buyer: 3,
    /** Quantity of a hold, delta of an adjustment. */
    units: 4,
    deadline: 5,
    detail: 6,
    actor: 7,
};
/** Kinds 0 … 3 are of holds, the rest of SKUs. */
export const LAST_HOLD_KIND = CHANGE_KINDS.indexOf('expired');
/** Most values an event may have: one script call changes 1,000 holds at most, some of them twice. */
const CHANGES_MAX = 10_000;
/** Bytes that are no event of this version. */
export class CorruptEvent extends Error {
    name = 'CorruptEvent';
}
const unpackr = new Unpackr({ int64AsType: 'number', useRecords: false, mapsAsObjects: false });
/** Decodes and checks version, shapes, types, kinds and states. Throws `CorruptEvent`. */
export function decodeStoredEvent(bytes) {
    let decoded;
    try {
        decoded = unpackr.unpack(bytes);
    }
    catch (error) {
        throw new CorruptEvent(`not MessagePack: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!Array.isArray(decoded))
        throw new CorruptEvent('not an array');
    const [version, epoch, partition, seq, at, skus, changes] = decoded;
    if (version !== EVENT_VERSION)
        throw new CorruptEvent(`version ${String(version)}, not ${EVENT_VERSION}`);
    if (decoded.length !== 7)
        throw new CorruptEvent(`${decoded.length} values, not 7`);
    const event = {
        epoch: wholeNumber(epoch, 'epoch'),
        partition: wholeNumber(partition, 'partition'),
        seq: wholeNumber(seq, 'seq'),
        at: wholeNumber(at, 'at'),
        skus: checkedSkus(skus),
        changes: checkedChanges(changes),
    };
    const known = event.skus.length / SKU_WIDTH;
    for (let index = ChangeField.sku; index < event.changes.length; index += CHANGE_WIDTH) {
        const sku = event.changes[index];
        if (!(sku >= 1 && sku <= known))
            throw new CorruptEvent(`change of SKU number ${sku} of ${known}`);
    }
    return event;
}
function wholeNumber(value, what) {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        return value;
    throw new CorruptEvent(`${what} is ${String(value)}`);
}
function checkedSkus(value) {
    const values = flat(value, SKU_WIDTH, 'skus');
    for (let base = 0; base < values.length; base += SKU_WIDTH) {
        if (typeof values[base] !== 'string')
            throw new CorruptEvent('a SKU without a name');
        for (let index = base + 1; index < base + SKU_WIDTH; index += 1) {
            if (!Number.isSafeInteger(values[index]))
                throw new CorruptEvent(`a SKU with ${String(values[index])}`);
        }
        if (SKU_STATES[values[base + SkuField.state]] === undefined)
            throw new CorruptEvent(`state ${String(values[base + SkuField.state])}`);
    }
    return values;
}
function checkedChanges(value) {
    const values = flat(value, CHANGE_WIDTH, 'changes');
    if (values.length === 0 || values.length > CHANGES_MAX * CHANGE_WIDTH)
        throw new CorruptEvent(`${values.length / CHANGE_WIDTH} changes`);
    for (let base = 0; base < values.length; base += CHANGE_WIDTH) {
        if (CHANGE_KINDS[values[base]] === undefined ||
            typeof values[base + ChangeField.holdId] !== 'string' ||
            typeof values[base + ChangeField.buyer] !== 'string' ||
            typeof values[base + ChangeField.detail] !== 'string' ||
            typeof values[base + ChangeField.actor] !== 'string' ||
            !Number.isSafeInteger(values[base + ChangeField.units]) ||
            !Number.isSafeInteger(values[base + ChangeField.deadline])) {
            throw new CorruptEvent(`change ${base / CHANGE_WIDTH}: ${JSON.stringify(values.slice(base, base + 3))}`);
        }
    }
    return values;
}
function flat(value, width, what) {
    if (!Array.isArray(value) || value.length % width !== 0)
        throw new CorruptEvent(`${what} is not a list of ${width} values each`);
    return value;
}
//# sourceMappingURL=stored-event.js.map