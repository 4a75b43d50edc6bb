import { ERRORS } from '../domain/errors.js';
import { retryAfterOf } from './problem.js';
import { nextRequestId } from './request-id.js';
const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';
const STATUS_LINES = {
    200: '200 OK',
    201: '201 Created',
    204: '204 No Content',
    400: '400 Bad Request',
    401: '401 Unauthorized',
    403: '403 Forbidden',
    404: '404 Not Found',
    405: '405 Method Not Allowed',
    409: '409 Conflict',
    413: '413 Payload Too Large',
    415: '415 Unsupported Media Type',
    422: '422 Unprocessable Content',
    429: '429 Too Many Requests',
    500: '500 Internal Server Error',
    503: '503 Service Unavailable',
};
function statusLine(status) {
    return STATUS_LINES[status] ?? `${status} Status`;
}
/**
 * Status line and headers as one text for one `writeStatus`, which puts it on the wire as it is: each call into uWebSockets
 * costs 0.3 µs, a twentieth of a refusal (bench/README.md). Values are ours, none has a line break in it.
 */
function headOf(status, type, requestId, headers) {
    let head = type === '' ? status : `${status}\r\nContent-Type: ${type}`;
    head += `\r\nX-Request-Id: ${requestId}`;
    if (headers !== undefined)
        for (const [name, value] of headers)
            head += `\r\n${name}: ${value}`;
    return head;
}
/**
 * The only owner of an HttpResponse: it answers exactly once, never touches a response whose client has left (that throws),
 * corks, and counts. Everything else in the gateway holds a responder.
 */
export class Responder {
    requestId = nextRequestId();
    /** Whether the request is a HEAD: the answer then has no body. */
    isHead = false;
    /**
     * The answer ends the connection, and is given in a later turn than the request came in, so that uWebSockets reads nothing behind
     * the request: for bodies of which it is not strict enough about the end.
     */
    endsConnection = false;
    #isLate = false;
    #shared;
    #route;
    #startedAt;
    #response;
    #afterwards;
    #isStream = false;
    constructor(shared, route, response) {
        this.#shared = shared;
        this.#route = route;
        this.#response = response;
        this.#startedAt = shared.clock.monotonic();
        shared.inFlight.enter();
        shared.metrics.started();
        response.onAborted(() => this.#aborted());
    }
    /** False once answered, or when the client has left. */
    get isOpen() {
        return this.#response !== undefined;
    }
    /** Whether the gateway is leaving. */
    get isDraining() {
        return this.#shared.inFlight.isDraining;
    }
    /** Runs once when the request is over, however it ends. */
    finally(task) {
        const before = this.#afterwards;
        this.#afterwards =
            before === undefined
                ? task
                : () => {
                    before();
                    task();
                };
    }
    ok(body, headers) {
        this.send('ok', 200, JSON_TYPE, body, headers);
    }
    send(code, status, type, body, headers, close = false) {
        if (this.endsConnection && !this.#isLate) {
            this.#isLate = true;
            setImmediate(() => this.send(code, status, type, body, headers, true));
            return;
        }
        const response = this.#settle(code);
        if (response === undefined)
            return;
        response.cork(() => {
            response.writeStatus(headOf(statusLine(status), type, this.requestId, headers));
            const closes = close || this.#shared.inFlight.isDraining;
            if (this.isHead)
                response.endWithoutBody(Buffer.byteLength(body), closes);
            else if (status === 204)
                response.endWithoutBody(undefined, closes);
            else
                response.end(body, closes);
        });
    }
    problem(code, details = {}, options = {}) {
        if (this.#response === undefined)
            return;
        const headers = [...(options.headers ?? [])];
        const retryAfter = retryAfterOf(code, details);
        if (retryAfter !== undefined)
            headers.push(['Retry-After', String(retryAfter)]);
        if (details.allow !== undefined)
            headers.push(['Allow', details.allow]);
        if (code === 'unauthorized')
            headers.push(['WWW-Authenticate', 'Holdfast, Bearer']);
        const body = this.#shared.problems.document(code, this.requestId, details);
        this.send(code, ERRORS[code].status, PROBLEM_TYPE, body, headers, options.close ?? false);
    }
    /** A 409 from the board, in the turn of the request itself: already corked, nothing to look up. */
    refuseNow(code, members) {
        if (this.endsConnection) {
            const document = this.#shared.problems.short(code, this.requestId, members);
            this.send(code, ERRORS[code].status, PROBLEM_TYPE, document);
            return;
        }
        const response = this.#settle(code);
        if (response === undefined)
            return;
        response.writeStatus(headOf('409 Conflict', PROBLEM_TYPE, this.requestId, undefined));
        const body = this.#shared.problems.short(code, this.requestId, members);
        response.end(body, this.#shared.inFlight.isDraining);
    }
    /** Begins a stream of events; `finally` tells when the client leaves. False when it has left already. */
    startStream(headers) {
        const response = this.#response;
        if (response === undefined)
            return false;
        // An open stream is not a request in flight: a drain ends it instead of waiting for it.
        this.#account('ok');
        this.#isStream = true;
        response.cork(() => {
            response.writeStatus('200 OK').writeHeader('Content-Type', 'text/event-stream');
            response.writeHeader('X-Request-Id', this.requestId);
            for (const [name, value] of headers)
                response.writeHeader(name, value);
            if (this.isHead)
                this.endStream();
        });
        return this.isOpen;
    }
    /** False when the client does not keep up: what was given is kept, but nothing more should be until `onWritable`. */
    write(chunk) {
        const response = this.#response;
        if (response === undefined)
            return true;
        let kept = true;
        response.cork(() => {
            kept = response.write(chunk);
        });
        return kept;
    }
    onWritable(task) {
        this.#response?.onWritable(() => {
            task();
            return true;
        });
    }
    endStream() {
        const response = this.#response;
        if (response === undefined)
            return;
        this.#response = undefined;
        if (this.isHead)
            response.endWithoutBody(undefined, true);
        else
            response.cork(() => response.end(undefined, true));
        this.#finish();
    }
    #settle(code) {
        const response = this.#response;
        if (response === undefined)
            return undefined;
        this.#response = undefined;
        this.#account(code);
        this.#finish();
        return response;
    }
    #account(code) {
        const { clock, inFlight, metrics } = this.#shared;
        inFlight.leave();
        metrics.answered(this.#route, code, (clock.monotonic() - this.#startedAt) / 1000);
    }
    #finish() {
        const task = this.#afterwards;
        if (task === undefined)
            return;
        this.#afterwards = undefined;
        task();
    }
    #aborted() {
        if (this.#response === undefined)
            return;
        this.#response = undefined;
        if (!this.#isStream)
            this.#account('aborted');
        this.#finish();
    }
}
//# sourceMappingURL=responder.js.map