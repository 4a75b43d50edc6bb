/** The actors cannot answer now: a shard starts, or is stuck and about to be replaced. */
export class ActorsUnavailable extends Error {
    name = 'ActorsUnavailable';
}
/** `after` is not the `next` of an earlier page: the request is at fault. */
export class InvalidCursor extends Error {
    name = 'InvalidCursor';
}
export class LedgerUnavailable extends Error {
    name = 'LedgerUnavailable';
}
//# sourceMappingURL=ports.js.map