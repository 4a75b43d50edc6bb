import { randomBytes } from 'node:crypto';
/**
 * Ids of requests, and keys for holds asked for without one: unique over all engines (80 random bits a process) and
 * ordered within one. A random id each would cost as much as all the rest of a refusal.
 */
const PREFIX = randomBytes(10).toString('base64url');
let counter = 0;
export function nextRequestId() {
    counter += 1;
    return `${PREFIX}-${counter.toString(36)}`;
}
/** `!` stands in no key a client may send, so a minted key never meets a given one. */
export function keyOf(requestId) {
    return `!${requestId}`;
}
//# sourceMappingURL=request-id.js.map