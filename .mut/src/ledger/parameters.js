import { SkuField } from '../events/stored-event.js';
import { numberArray, textArray } from './columns.js';
/** A batch as the parameters of its statements; the order is that of the `$` numbers in `statements/`. */
export function skuColumns(epoch, batch) {
    const rows = [...batch.skus.values()];
    const column = (field) => numberArray(rows.map(({ event, base }) => event.skus[base + field]));
    return [
        epoch,
        textArray([...batch.skus.keys()]),
        numberArray(rows.map(({ event }) => event.partition)),
        column(SkuField.state),
        column(SkuField.total),
        column(SkuField.available),
        column(SkuField.held),
        column(SkuField.sold),
        column(SkuField.reserved),
        column(SkuField.buyerLimit),
        column(SkuField.holdTtlMs),
        column(SkuField.opensAt),
        column(SkuField.closesAt),
        numberArray(rows.map(({ event }) => event.seq)),
        numberArray(rows.map(({ event }) => event.at)),
    ];
}
export function newHoldColumns(holds) {
    return [
        textArray(holds.holdId),
        numberArray(holds.event),
        textArray(holds.sku),
        textArray(holds.buyer),
        numberArray(holds.quantity),
        numberArray(holds.expiresAt),
        numberArray(holds.state),
        numberArray(holds.endedBy),
        textArray(holds.paymentRef),
    ];
}
export function endedHoldColumns(holds) {
    return [
        textArray(holds.holdId),
        numberArray(holds.state),
        numberArray(holds.endedBy),
        textArray(holds.paymentRef),
    ];
}
export function orphanColumns(holds) {
    return [textArray(holds.holdId), numberArray(holds.endedBy)];
}
export function holdHistoryColumns(history) {
    return [
        numberArray(history.event),
        numberArray(history.ordinal),
        numberArray(history.kind),
        numberArray(history.units),
        textArray(history.sku),
        textArray(history.holdId),
        textArray(history.requestId),
        textArray(history.keyId),
        textArray(history.clientAddress),
        textArray(history.detail),
    ];
}
export function skuHistoryColumns(rows) {
    return [
        numberArray(rows.map((row) => row.event)),
        numberArray(rows.map((row) => row.ordinal)),
        textArray(rows.map((row) => row.kind)),
        textArray(rows.map((row) => row.cause)),
        numberArray(rows.map((row) => row.units)),
        textArray(rows.map((row) => row.sku)),
        textArray(rows.map((row) => row.fromState)),
        textArray(rows.map((row) => row.toState)),
        textArray(rows.map((row) => row.requestId)),
        textArray(rows.map((row) => row.keyId)),
        textArray(rows.map((row) => row.clientAddress)),
        textArray(rows.map((row) => row.detail)),
        numberArray(rows.map((row) => row.total)),
        numberArray(rows.map((row) => row.reserved)),
        textArray(rows.map((row) => row.adjustmentId)),
    ];
}
//# sourceMappingURL=parameters.js.map