function define(status, title, cause) {
    return { status, title, cause };
}
export const ERRORS = {
    invalid_request: define(400, 'The request is not valid', 'Malformed JSON, a missing or unknown field, a wrong type or a value out of range. `errors` names each field and what it must be.'),
    unauthorized: define(401, 'The request is not authenticated', 'The signature or token is missing, wrong, older or newer than 300 seconds, or was used before.'),
    forbidden: define(403, 'This key may not do that', 'The key is valid but lacks the permission, for example a read-only key that holds stock.'),
    unknown_sku: define(404, 'There is no such SKU', 'It was never defined; check the spelling, or define it on the operations listener.'),
    unknown_hold: define(404, 'There is no such hold', 'The id is not one of this deployment, or the hold was refused when it was asked for.'),
    unknown_route: define(404, 'There is no such path', 'See /openapi.json for the paths of this listener.'),
    method_not_allowed: define(405, 'The path does not take this method', '`Allow` lists the methods it takes.'),
    sold_out: define(409, 'Not enough stock is available', 'Fewer units than asked are available now. Stock may come back when holds expire or are released.'),
    buyer_limit: define(409, 'The buyer has reached their limit', 'The buyer holds or bought as many units as one buyer may; `holdIds` are their live holds, which can be confirmed or released.'),
    hold_expired: define(409, 'The hold has expired', 'Its deadline passed before it was confirmed, or it was lost when the stock store was rebuilt from the ledger; then the operator is told. A payment made for it must be refunded or a new hold taken.'),
    hold_released: define(409, 'The hold was released', 'Somebody gave it back before.'),
    hold_confirmed: define(409, 'The hold was confirmed', 'It was paid for before, with the payment reference given here.'),
    not_open: define(409, 'The sale is not open yet', '`opensAt` says when it opens, where that is set.'),
    paused: define(409, 'The sale is paused', 'The merchant paused it; try again later.'),
    closed: define(409, 'The sale is closed', 'It has ended.'),
    sku_exists: define(409, 'The SKU is defined otherwise', 'A SKU can be defined again only exactly as it was; change rules with PATCH and stock with POST …/stock.'),
    insufficient_stock: define(409, 'Not enough free stock', 'The change would take units that are held, sold or reserved; `available` says how many are free.'),
    payload_too_large: define(413, 'The body is too large', 'A body may have 4096 bytes at most.'),
    unsupported_media_type: define(415, 'The body is not JSON', 'Send `Content-Type: application/json`.'),
    idempotency_mismatch: define(422, 'The idempotency key was used for another request', 'A key names one request: use a new key for a new request.'),
    rate_limited: define(429, 'Too many requests', 'This credential is over its rate; `Retry-After` says when to try again.'),
    internal: define(500, 'Holdfast made a mistake', 'An unexpected error, logged under this requestId. Nothing is known to have been done.'),
    overloaded: define(503, 'Too busy to take this', 'Refused before any stock was taken; try again after `Retry-After`.'),
    outcome_unknown: define(503, 'It may or may not have happened', 'The stock store did not answer in time. Repeat with the same Idempotency-Key, or look at the hold named here.'),
    unavailable: define(503, 'A part Holdfast needs is down', 'Refused before any stock was taken; `detail` names the part.'),
    store_rolled_back: define(503, 'The stock store lost acknowledged writes', 'Redis came back empty or with older data than was acknowledged. Nothing is sold until an operator gives it its newest append-only file back and restarts the engines, or, where there is none, runs `npm run recover`.'),
};
export const ERROR_CODES = Object.keys(ERRORS);
//# sourceMappingURL=errors.js.map