import { ERROR_CODES, ERRORS } from '../domain/errors.js';
import { formatTime } from './timestamps.js';
/** Seconds a client should wait before it asks again, for codes whose outcome says nothing better. */
const RETRY_AFTER_SECONDS = {
    rate_limited: 1,
    overloaded: 1,
    outcome_unknown: 1,
    unavailable: 2,
    store_rolled_back: 30,
};
/** Whole seconds for `Retry-After`, or `undefined` for codes that carry none. */
export function retryAfterOf(code, details) {
    const usual = RETRY_AFTER_SECONDS[code];
    if (usual === undefined)
        return undefined;
    return Math.max(1, Math.ceil(details.retryAfterSeconds ?? usual));
}
/**
 * Problem documents (RFC 9457), assembled from what is known at start: a sale answers `sold_out` far more often than
 * anything else.
 */
export class Problems {
    #templates;
    /** `base`: address under which `/problems/…` is served, without a slash at the end; empty for relative links. */
    constructor(base) {
        const entries = ERROR_CODES.map((code) => {
            const { status, title, cause } = ERRORS[code];
            const type = `${base}/problems/${code}`;
            const head = JSON.stringify({ type, title, status, code }).slice(0, -1);
            const untilDetail = `${head},"detail":`;
            return [code, { untilDetail, untilRequestId: `${untilDetail}${JSON.stringify(cause)},"requestId":"` }];
        });
        this.#templates = Object.fromEntries(entries);
    }
    /** As `document`, for refusals of the board. `members`: JSON members to add, each after a comma; nothing is escaped. */
    short(code, requestId, members) {
        return `${this.#templates[code].untilRequestId}${requestId}"${members}}`;
    }
    document(code, requestId, details) {
        const template = this.#templates[code];
        const head = details.detail === undefined
            ? template.untilRequestId
            : `${template.untilDetail}${JSON.stringify(details.detail)},"requestId":"`;
        return `${head}${requestId}"${extraMembers(details)}}`;
    }
}
function extraMembers(details) {
    let members = '';
    const add = (name, value) => {
        if (value !== undefined)
            members += `,"${name}":${JSON.stringify(value)}`;
    };
    add('available', details.available);
    add('limit', details.limit);
    add('remaining', details.remaining);
    add('holdIds', details.holdIds);
    if (details.opensAt !== undefined && details.opensAt > 0)
        add('opensAt', formatTime(details.opensAt));
    add('holdId', details.holdId);
    add('paymentRef', details.paymentRef);
    add('errors', details.errors);
    return members;
}
//# sourceMappingURL=problem.js.map