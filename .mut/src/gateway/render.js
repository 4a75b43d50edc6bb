import { formatOptionalTime, formatTime } from './timestamps.js';
/**
 * Holds and SKUs as JSON. Identifiers are put in as they are: the gateway and the store let only characters pass that
 * need no escaping. Free text goes through `JSON.stringify`.
 */
export function renderHold(hold) {
    const head = `{"holdId":"${hold.holdId}","sku":"${hold.sku}","buyerId":"${hold.buyerId}","quantity":${hold.quantity}` +
        `,"state":"${hold.state}","expiresAt":"${formatTime(hold.expiresAt)}"`;
    switch (hold.state) {
        case 'held':
            return `${head}}`;
        case 'confirmed':
            return `${head},"confirmedAt":"${formatTime(hold.endedAt)}","paymentRef":${JSON.stringify(hold.paymentRef)}}`;
        case 'released':
            return `${head},"releasedAt":"${formatTime(hold.endedAt)}"}`;
        case 'expired':
            return `${head},"expiredAt":"${formatTime(hold.endedAt)}"}`;
    }
}
/** `now`: Redis time, milliseconds. */
export function renderSku(view, now) {
    return `${renderSkuFacts(view)},"serverTime":"${formatTime(now)}"}`;
}
/** A SKU without its `serverTime` and closing brace: what a live stream compares. */
export function renderSkuFacts(view) {
    return (`{"sku":"${view.sku}","state":"${view.state}","total":${view.total},"available":${view.available}` +
        `,"held":${view.held},"sold":${view.sold},"reserved":${view.reserved}` +
        `,"buyerLimit":${view.buyerLimit === 0 ? 'null' : view.buyerLimit},"opensAt":${timeOrNull(view.opensAt)}` +
        `,"closesAt":${timeOrNull(view.closesAt)}`);
}
/** For the operations listener: with the rule that only merchants need. */
export function renderManagedSku(view, now) {
    return `${renderSkuFacts(view)},"holdTtlMs":${view.holdTtlMs},"serverTime":"${formatTime(now)}"}`;
}
function timeOrNull(milliseconds) {
    const time = formatOptionalTime(milliseconds);
    return time === null ? 'null' : `"${time}"`;
}
//# sourceMappingURL=render.js.map