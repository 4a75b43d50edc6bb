import { ActorsUnavailable, InvalidCursor, LedgerUnavailable } from '../domain/ports.js';
import { readBody } from './body.js';
import { readHead } from './head.js';
import { Responder } from './responder.js';
const NO_BODY = Buffer.alloc(0);
const NO_PARAMETERS = [];
const JSON_PATTERN = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
/**
 * One operation as a uWebSockets handler: read the head, check how the body is framed, read the body, let the guard pass,
 * call the operation. Everything that goes wrong on the way ends in exactly one answer.
 */
export function dispatch(options) {
    const { operation, shared, context } = options;
    const takesBody = operation.method !== 'get';
    return (response, request) => {
        const responder = new Responder(shared, options.route, response);
        responder.isHead = options.isHead;
        const head = readHead(request);
        if (!isAcceptable(head, operation, responder))
            return;
        const call = new Call(options, request, head, responder);
        if (takesBody && hasBody(head))
            readBody(response, head, responder, context.clock, (body) => call.run(body));
        else
            call.run(NO_BODY);
    };
}
/**
 * Whether a body follows. Where none does, none is waited for: uWebSockets does not always say that it is over (a head that comes in
 * pieces, with `Content-Length: 0`), and the request would be pending until the connection is cut.
 */
function hasBody({ contentLength, transferEncoding }) {
    return transferEncoding !== '' || Number(contentLength) > 0;
}
/** What can be refused before the body is read; answers when it is. */
export function isAcceptable(head, operation, responder) {
    if (head.isFramedBadly) {
        const detail = 'Content-Length and Transfer-Encoding must say once, and clearly, how long the body is';
        const errors = [{ pointer: '/header/Content-Length', detail }];
        // Where the next request begins on this connection is anybody's guess. An answer in this turn would let uWebSockets go on to
        // what follows in the same packet; while one is pending it cuts the connection instead when more follows.
        setImmediate(() => responder.problem('invalid_request', { errors }, { close: true }));
        return false;
    }
    // uWebSockets takes chunks of which no two parties agree where they end (`5\nhello`, `5 5`, `helloXX0`): a proxy in front may have
    // meant the bytes behind them as part of this body.
    responder.endsConnection = head.transferEncoding !== '';
    if (operation?.body === undefined || head.contentType === 'application/json')
        return true;
    if (JSON_PATTERN.test(head.contentType))
        return true;
    responder.problem('unsupported_media_type');
    return false;
}
/** A request between its head and its handler: what of uWebSockets' request must outlive the turn. */
class Call {
    #options;
    #head;
    #responder;
    #parameters;
    #query;
    #path;
    constructor(options, request, head, responder) {
        const { operation, guard } = options;
        this.#options = options;
        this.#head = head;
        this.#responder = responder;
        this.#parameters = operation.path.includes('{')
            ? [decoded(request.getParameter(0) ?? '')]
            : NO_PARAMETERS;
        const signs = guard.readsPath;
        this.#query = signs || operation.query !== undefined ? (request.getQuery() ?? '') : '';
        this.#path = signs ? request.getUrl() : '';
    }
    run(body) {
        const { context, guard, listener, operation } = this.#options;
        const responder = this.#responder;
        try {
            const principal = guard.pass(operation, this.#head, this.#path, this.#query, body, responder);
            if (principal === undefined)
                return;
            const result = operation.handle(context, {
                principal,
                parameters: this.#parameters,
                query: this.#query,
                idempotencyKey: guard.keyOf(operation, this.#head),
                body,
            }, responder, listener);
            if (result !== undefined)
                result.catch((error) => this.#fail(error));
        }
        catch (error) {
            this.#fail(error);
        }
    }
    #fail(error) {
        const { context, operation } = this.#options;
        const responder = this.#responder;
        if (error instanceof LedgerUnavailable) {
            // The reason may name hosts and partitions, which are an operator's business only.
            const reason = operation.access === 'admin' ? `: ${error.message}` : '';
            responder.problem('unavailable', { detail: `the ledger cannot answer now${reason}` });
            return;
        }
        if (error instanceof ActorsUnavailable) {
            responder.problem('unavailable', { detail: error.message });
            return;
        }
        if (error instanceof InvalidCursor) {
            const errors = [{ pointer: '/query/after', detail: 'must be the `next` of an earlier page' }];
            responder.problem('invalid_request', { errors });
            return;
        }
        const { requestId } = responder;
        context.logger.error({ requestId, route: operation.operationId, error }, 'a request failed unexpectedly');
        responder.problem('internal');
    }
}
/** A path segment as meant; one that is no valid percent-encoding stays as it is and fails where it is checked. */
function decoded(segment) {
    if (!segment.includes('%'))
        return segment;
    try {
        return decodeURIComponent(segment);
    }
    catch {
        return segment;
    }
}
//# sourceMappingURL=dispatch.js.map