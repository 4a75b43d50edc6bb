import { ERRORS } from '../domain/errors.js';
/** What to do about an error, beside its cause in the table of errors. */
const REMEDIES = {
    invalid_request: 'Correct the fields that `errors` names. Repeating the request as it is gives the same answer.',
    unauthorized: 'Check the key, the clock and the signed text; sign each request anew, with a nonce never used before.',
    forbidden: 'Use a key that may write.',
    unknown_sku: 'Check the spelling. A SKU that was just defined may take a quarter of a second to be known everywhere.',
    unknown_hold: 'Take a new hold.',
    unknown_route: 'Look the path up in /openapi.json of this listener; storefront and operations calls have a listener each.',
    method_not_allowed: 'Use one of the methods that `Allow` lists.',
    sold_out: 'Ask for fewer units, or again later: holds that are not paid for come back.',
    buyer_limit: 'Confirm or release one of `holdIds`, or ask for no more than `remaining`.',
    hold_expired: 'Take a new hold, with a new idempotency key; refund what was paid for this one.',
    hold_released: 'Take a new hold, with a new idempotency key.',
    hold_confirmed: 'Nothing is left to do; a confirmed hold is not released. Repeat a confirm only with the same payment reference.',
    not_open: 'Ask again at `opensAt`.',
    paused: 'Ask again later.',
    closed: 'Nothing can be bought any more; confirms and releases still work.',
    sku_exists: 'Change its rules with PATCH, its stock with POST …/stock, or define another SKU.',
    insufficient_stock: 'Take at most `available` units.',
    payload_too_large: 'Send a smaller body.',
    unsupported_media_type: 'Send JSON, and say so.',
    idempotency_mismatch: 'Send exactly the first request to learn its answer, or use a new key.',
    rate_limited: 'Wait for `Retry-After` and send fewer requests.',
    internal: 'Tell the operator the requestId. Repeat with the same idempotency key.',
    overloaded: 'Repeat after `Retry-After`, with the same idempotency key.',
    outcome_unknown: 'Repeat with the same idempotency key, which never buys twice, or read the hold named by `holdId`.',
    unavailable: 'Repeat after `Retry-After`, with the same idempotency key. Operators look at /readyz.',
    store_rolled_back: 'Operators: give Redis back its newest append-only file (or the replica that has it) and restart the engines. Clients: repeat later.',
};
function escaped(text) {
    return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replace(/`([^`]*)`/g, '<code>$1</code>');
}
/** The page behind a problem's `type`; `undefined` for a code there is none of. */
export function problemPage(code) {
    if (code === undefined || !Object.hasOwn(ERRORS, code))
        return undefined;
    const known = code;
    const { status, title, cause } = ERRORS[known];
    return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${known} – Holdfast</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}</style></head>
<body>
<h1>${escaped(title)}</h1>
<p><code>${known}</code>, HTTP status ${status}</p>
<h2>What led here</h2>
<p>${escaped(cause)}</p>
<h2>What to do</h2>
<p>${escaped(REMEDIES[known])}</p>
</body>
</html>
`;
}
//# sourceMappingURL=problem-page.js.map