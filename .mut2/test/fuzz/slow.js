import { createConnection } from 'node:net';
import { until } from '../support/until.js';
const CLIENTS = 24;
const DRIP_MS = 500;
/** Every one of them is to be cut off by then. */
const PATIENCE_MS = 45_000;
const HEAD = 'POST /v1/holds HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n';
/** What a slow client says at once, and what it then repeats, a few bytes at a time. */
const MANNERS = [
    ['', ''],
    ['GET /v1/skus/phone HTT', ''],
    [HEAD, ''],
    [`${HEAD}Content-Length: 4000\r\n\r\n{`, ' '],
    [`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    [HEAD, 'X: y\r\n'],
];
/** A few clients that never come to an end, beside all others, while a pass lasts and after it. */
export class SlowClients {
    #sockets;
    #drips = [];
    constructor(target) {
        const { hostname, port } = target.storefront;
        this.#sockets = Array.from({ length: CLIENTS }, (_, number) => {
            const [first, drip] = MANNERS[number % MANNERS.length];
            const socket = createConnection(Number(port), hostname);
            socket.on('error', () => undefined);
            socket.resume();
            if (first !== '')
                socket.write(first);
            if (drip !== '')
                this.#drips.push(setInterval(() => socket.writable && socket.write(drip), DRIP_MS));
            return socket;
        });
    }
    /** Waits until the engine has cut off each of them; names those it did not. */
    async end() {
        const left = () => this.#sockets.filter((socket) => !socket.closed);
        await until(() => left().length === 0, { timeoutMs: PATIENCE_MS, pollMs: 100 }).catch(() => undefined);
        const manners = new Set(left().map((socket) => JSON.stringify(MANNERS[this.#sockets.indexOf(socket) % MANNERS.length])));
        for (const drip of this.#drips)
            clearInterval(drip);
        for (const socket of this.#sockets)
            socket.destroy();
        return [...manners].map((manner) => `a slow client is still served after ${PATIENCE_MS / 1000} s: ${manner}`);
    }
}
//# sourceMappingURL=slow.js.map