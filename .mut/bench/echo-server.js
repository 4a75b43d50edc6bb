import { App, us_listen_socket_close, us_socket_local_port, } from 'uWebSockets.js';
import { ERRORS } from '../src/domain/errors.js';
const HOLD_ID = 'AAABCDEFGHIJKLMNOPQRSTUVWXYZ';
const REQUEST_ID = 'ABCDEFGHIJKLMN-1a2b3';
const EXPIRES_AT = '2026-11-22T12:00:00.000Z';
const BODY_BYTES_MAX = 4096;
function accepted(response, body) {
    response
        .writeStatus('201 Created')
        .writeHeader('Content-Type', 'application/json')
        .writeHeader('Location', `/v1/holds/${HOLD_ID}`)
        .end(JSON.stringify({
        holdId: HOLD_ID,
        sku: body.sku,
        buyerId: body.buyerId,
        quantity: body.quantity,
        state: 'held',
        expiresAt: EXPIRES_AT,
    }));
}
function soldOut(response) {
    response
        .writeStatus('409 Conflict')
        .writeHeader('Content-Type', 'application/problem+json')
        .end(JSON.stringify({
        type: 'http://127.0.0.1:8080/problems/sold_out',
        title: ERRORS.sold_out.title,
        status: ERRORS.sold_out.status,
        code: 'sold_out',
        detail: ERRORS.sold_out.cause,
        requestId: REQUEST_ID,
        available: 0,
    }));
}
function answerWith(render) {
    return (response, request) => {
        const contentType = request.getHeader('content-type');
        const contentLength = request.getHeader('content-length');
        const key = request.getHeader('idempotency-key');
        let aborted = false;
        let earlier;
        response.onAborted(() => {
            aborted = true;
        });
        if (contentType !== 'application/json' || Number(contentLength) > BODY_BYTES_MAX) {
            response.writeStatus('400 Bad Request').end();
            return;
        }
        response.onData((chunk, isLast) => {
            if (!isLast) {
                // Chunks are detached after the callback: keep a copy.
                const copy = Buffer.from(new Uint8Array(chunk));
                earlier = earlier === undefined ? copy : Buffer.concat([earlier, copy]);
                return;
            }
            const last = Buffer.from(chunk);
            const whole = earlier === undefined ? last : Buffer.concat([earlier, last]);
            const body = JSON.parse(whole.toString('utf8'));
            if (!aborted)
                response.cork(() => render(response, body, key));
        });
    };
}
const app = App().post('/v1/holds', answerWith(accepted)).post('/sold-out/v1/holds', answerWith(soldOut));
app.listen('127.0.0.1', 0, (socket) => {
    if (socket === false) {
        process.stderr.write('the echo server found no port to listen on\n');
        process.exit(1);
    }
    process.send?.({ kind: 'ready', port: us_socket_local_port(socket) });
    process.once('SIGTERM', () => {
        us_listen_socket_close(socket);
        app.close();
        process.exit(0);
    });
    // Whoever started this is gone: do not outlive it.
    process.once('disconnect', () => process.exit(0));
});
//# sourceMappingURL=echo-server.js.map