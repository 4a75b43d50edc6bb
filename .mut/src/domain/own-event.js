/** Whether an event of the same seq is that one, and not what was written in its place after the store went back. */
export function isSameEvent(event, own) {
    return (event.at === own.at && event.skus.every((after) => own.skus.some((seen) => areCountersSame(seen, after))));
}
function areCountersSame(seen, after) {
    return (seen.sku === after.sku &&
        seen.total === after.total &&
        seen.available === after.available &&
        seen.held === after.held &&
        seen.sold === after.sold &&
        seen.reserved === after.reserved);
}
//# sourceMappingURL=own-event.js.map