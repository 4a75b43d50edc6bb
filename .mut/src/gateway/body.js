/** The contract's limit. */
export const BODY_BYTES_MAX = 4096;
/**
 * A body over the limit is read and thrown away up to here, because a client that is still sending when the connection
 * closes often loses the answer that says why. Beyond, the connection closes at once.
 */
const DISCARDED_BYTES_MAX = 2 * 1024 * 1024;
/** uWebSockets itself drops a connection that has not sent its body after about 12 s, without an answer. */
const BODY_TIMEOUT_MS = 10_000;
/**
 * Reads the body and gives it to `take`, in the same turn when it came with the head. The buffer is only valid during the call
 * when it is that one chunk, so it is decoded before anything is awaited.
 */
export function readBody(response, head, responder, clock, take) {
    if (head.contentLength.length > 3 && Number(head.contentLength) > DISCARDED_BYTES_MAX) {
        refuseTooLarge(responder);
        return;
    }
    let collector;
    response.onData((chunk, isLast) => {
        if (!responder.isOpen)
            return;
        if (collector === undefined) {
            if (isLast && chunk.byteLength <= BODY_BYTES_MAX) {
                take(Buffer.from(chunk));
                return;
            }
            collector = new BodyCollector(responder, clock, take);
        }
        collector.add(chunk, isLast);
    });
}
function refuseTooLarge(responder) {
    responder.problem('payload_too_large', {}, { close: true });
}
/** A body that comes in pieces: at most `BODY_BYTES_MAX` are kept, for at most `BODY_TIMEOUT_MS`. */
class BodyCollector {
    #responder;
    #take;
    #timer;
    #pieces = [];
    #bytes = 0;
    constructor(responder, clock, take) {
        this.#responder = responder;
        this.#take = take;
        this.#timer = clock.setTimer(BODY_TIMEOUT_MS, () => {
            const detail = `the body did not arrive within ${BODY_TIMEOUT_MS / 1000} seconds`;
            responder.problem('invalid_request', { errors: [{ pointer: '', detail }] }, { close: true });
        });
        responder.finally(() => this.#timer.cancel());
    }
    add(chunk, isLast) {
        this.#bytes += chunk.byteLength;
        if (this.#bytes > BODY_BYTES_MAX) {
            this.#pieces = [];
            if (isLast || this.#bytes > DISCARDED_BYTES_MAX)
                refuseTooLarge(this.#responder);
            return;
        }
        // uWebSockets detaches the chunk after this turn.
        if (chunk.byteLength > 0)
            this.#pieces.push(Buffer.from(new Uint8Array(chunk)));
        if (!isLast)
            return;
        this.#timer.cancel();
        this.#take(Buffer.concat(this.#pieces));
    }
}
//# sourceMappingURL=body.js.map