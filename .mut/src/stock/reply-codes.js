/** Status of a whole call, the first value of every answer; the other side is `lua/library/header.lua`. */
export const CallStatus = {
    Done: 0,
    WrongEpoch: 1,
    BehindSeqSeen: 2,
    NotInitialised: 3,
};
/** Code of an item; the other side, with what each carries as detail, is `lua/library/reply.lua`. */
export const ReplyCode = {
    Created: 0,
    HoldNow: 1,
    HoldReplayed: 2,
    SkuChanged: 3,
    SkuUnchanged: 4,
    UnknownSku: 10,
    TooLate: 11,
    NotOpen: 12,
    Paused: 13,
    Closed: 14,
    BuyerLimit: 15,
    SoldOut: 16,
    IdempotencyMismatch: 17,
    UnknownHold: 18,
    HoldExpired: 19,
    HoldReleased: 20,
    HoldConfirmed: 21,
    SkuExists: 22,
    InsufficientStock: 23,
    TotalOutOfRange: 24,
    RecountIsOld: 25,
    GivesBack: 26,
};
//# sourceMappingURL=reply-codes.js.map