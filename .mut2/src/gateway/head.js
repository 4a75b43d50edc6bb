import { digitsOf } from './characters.js';
/**
 * The headers Holdfast reads, taken in one walk: `getHeader` answers only the first of repeated headers, but a repeated
 * `Content-Length` is how requests are smuggled past a proxy (measured: uWebSockets lets it through and obeys the first), and
 * one walk costs no more than asking for four headers.
 */
export class RequestHead {
    contentType = '';
    /** As given; empty when absent. */
    contentLength = '';
    idempotencyKey = '';
    authorization = '';
    holdfastKey = '';
    timestamp = '';
    nonce = '';
    signature = '';
    transferEncoding = '';
    /** Headers that frame the body contradict each other or are repeated: answer 400 and close. */
    isFramedBadly = false;
}
const LENGTH_DIGITS_MAX = 15;
let current = new RequestHead();
/** Reads the head; only within the handler's own turn, the request is gone afterwards. */
export function readHead(request) {
    const head = new RequestHead();
    current = head;
    request.forEach(readHeader);
    if (head.transferEncoding !== '')
        checkTransferEncoding(head);
    return head;
}
// One function for all requests: a closure for each would cost more than the walk. Repeated headers are joined with a comma,
// which is in no valid value of these, so that they fail where they are checked.
function readHeader(name, value) {
    switch (name.length) {
        case 12:
            if (name === 'content-type')
                current.contentType = joined(current.contentType, value);
            else if (name === 'holdfast-key')
                current.holdfastKey = joined(current.holdfastKey, value);
            break;
        case 14:
            if (name === 'content-length')
                readContentLength(value);
            else if (name === 'holdfast-nonce')
                current.nonce = joined(current.nonce, value);
            break;
        case 15:
            if (name === 'idempotency-key')
                current.idempotencyKey = joined(current.idempotencyKey, value);
            break;
        default:
            readRareHeader(name, value);
    }
}
function readRareHeader(name, value) {
    switch (name) {
        case 'transfer-encoding':
            current.transferEncoding = joined(current.transferEncoding, value === '' ? '?' : value);
            break;
        case 'authorization':
            current.authorization = joined(current.authorization, value);
            break;
        case 'holdfast-timestamp':
            current.timestamp = joined(current.timestamp, value);
            break;
        case 'holdfast-signature':
            current.signature = joined(current.signature, value);
            break;
        default:
    }
}
function joined(before, value) {
    return before === '' ? value : `${before},${value}`;
}
function readContentLength(value) {
    // uWebSockets checks the digits too, but only after a handler without body has run.
    const isLength = digitsOf(value, LENGTH_DIGITS_MAX) >= 0;
    if (current.contentLength !== '' || !isLength)
        current.isFramedBadly = true;
    current.contentLength = value;
}
function checkTransferEncoding(head) {
    if (head.contentLength !== '' || head.transferEncoding.toLowerCase() !== 'chunked')
        head.isFramedBadly = true;
}
//# sourceMappingURL=head.js.map