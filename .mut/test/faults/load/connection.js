import { createConnection } from 'node:net';
const ANSWER_BYTES_MAX = 64 * 1024;
const RECONNECT_MS = 25;
/**
 * A keep-alive connection with one request on its way at a time: the cheapest client there can be, because it shares two cores
 * with what it loads. Understands only what the engine sends: a status line, `Content-Length`, sometimes `Connection: close`.
 */
export class Connection {
    #targets;
    #handlers;
    #timeoutMs;
    #target;
    #socket;
    #connected = false;
    #sentAt = 0;
    #waiting = false;
    #received = '';
    #timer;
    #closed = false;
    constructor(targets, first, timeoutMs, handlers) {
        this.#targets = targets;
        this.#target = first;
        this.#timeoutMs = timeoutMs;
        this.#handlers = handlers;
        this.#connect();
    }
    /** Asks for work when idle. */
    wake() {
        if (this.#connected && !this.#waiting)
            this.#send();
    }
    /** Called now and then: ends a request that waits too long. */
    look(now) {
        if (!this.#waiting || now - this.#sentAt < this.#timeoutMs)
            return;
        this.#fail('timed_out');
    }
    close() {
        this.#closed = true;
        clearTimeout(this.#timer);
        this.#socket?.destroy();
    }
    #connect() {
        const target = this.#targets[this.#target % this.#targets.length];
        const socket = createConnection({ ...target, noDelay: true });
        this.#socket = socket;
        socket.setEncoding('latin1');
        socket.once('connect', () => {
            this.#connected = true;
            this.#send();
        });
        socket.on('data', (text) => this.#receive(text));
        // What it means is decided at `close`, which always follows.
        socket.on('error', () => undefined);
        socket.once('close', () => {
            if (socket === this.#socket)
                this.#fail('cut_off');
        });
    }
    #send() {
        const bytes = this.#handlers.next();
        if (bytes === undefined || this.#socket === undefined)
            return;
        this.#waiting = true;
        this.#sentAt = performance.now();
        this.#socket.write(bytes, 'latin1');
    }
    #receive(text) {
        const received = this.#received === '' ? text : this.#received + text;
        const headEnd = received.indexOf('\r\n\r\n');
        const bodyAt = headEnd + 4;
        const length = headEnd < 0 ? 0 : contentLength(received, headEnd);
        if (headEnd < 0 || received.length < bodyAt + length) {
            this.#received = received;
            if (received.length > ANSWER_BYTES_MAX)
                this.#fail('cut_off');
            return;
        }
        this.#received = '';
        this.#waiting = false;
        const closes = received.lastIndexOf('onnection: close', headEnd) >= 0;
        const status = Number(received.slice(9, 12));
        this.#handlers.answered({ status, body: received.slice(bodyAt, bodyAt + length) });
        if (closes)
            this.#reconnect();
        else
            this.#send();
    }
    #fail(failure) {
        const wasWaiting = this.#waiting;
        this.#waiting = false;
        this.#reconnect();
        if (wasWaiting)
            this.#handlers.failed(failure);
    }
    /** To the next target, if there are several: as a balancer would that sees this one gone. */
    #reconnect() {
        const socket = this.#socket;
        this.#socket = undefined;
        this.#connected = false;
        this.#received = '';
        socket?.destroy();
        if (this.#closed)
            return;
        this.#target += 1;
        this.#timer = setTimeout(() => this.#connect(), RECONNECT_MS);
    }
}
const LENGTH = /content-length: *(\d+)/i;
function contentLength(text, headEnd) {
    const at = text.indexOf('Content-Length: ');
    if (at >= 0 && at < headEnd)
        return Number.parseInt(text.slice(at + 16, at + 24), 10);
    return Number(LENGTH.exec(text.slice(0, headEnd))?.[1] ?? 0);
}
//# sourceMappingURL=connection.js.map