import { createConnection, createServer } from 'node:net';
const LOOPBACK = '127.0.0.1';
/** Bytes that wait in one direction of one connection before its sender is held up. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
const NONE = { kind: 'none' };
/** Starts a proxy on a free port before `targetPort` of this machine. */
export async function startProxy(targetPort) {
    const proxy = new TcpProxy(targetPort);
    await proxy.listen();
    return proxy;
}
class TcpProxy {
    counters = {
        connections: 0,
        requestBytes: 0,
        replyBytes: 0,
        lostBytes: 0,
        resets: 0,
    };
    fault = NONE;
    #server;
    #links = new Set();
    constructor(targetPort) {
        this.#server = createServer((client) => {
            this.counters.connections += 1;
            const link = new Link(client, createConnection(targetPort, LOOPBACK), this, () => this.#links.delete(link));
            this.#links.add(link);
        });
    }
    listen() {
        return new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen(0, LOOPBACK, resolve);
        });
    }
    get port() {
        const address = this.#server.address();
        if (address === null || typeof address === 'string')
            throw new Error('the proxy is closed');
        return address.port;
    }
    inject(fault) {
        this.fault = fault;
        for (const link of this.#links)
            link.faultChanged();
    }
    heal() {
        this.inject(NONE);
        for (const link of [...this.#links])
            if (link.hasLostBytes)
                link.reset();
    }
    async close() {
        for (const link of [...this.#links])
            link.reset();
        await new Promise((resolve) => this.#server.close(() => resolve()));
    }
}
/** A client's connection and its twin to the server. */
class Link {
    #client;
    #server;
    #proxy;
    #requests;
    #replies;
    #ended;
    hasLostBytes = false;
    constructor(client, server, proxy, ended) {
        this.#client = client;
        this.#server = server;
        this.#proxy = proxy;
        this.#ended = ended;
        this.#requests = new Way(client, server, () => this.#delayMs('requests'));
        this.#replies = new Way(server, client, () => this.#delayMs('replies'));
        for (const socket of [client, server]) {
            socket.setNoDelay(true);
            socket.on('error', () => undefined);
            socket.on('close', () => this.#end());
        }
        client.on('data', (bytes) => {
            proxy.counters.requestBytes += bytes.length;
            if (!this.#isLost('requests', bytes))
                this.#requests.take(bytes);
        });
        server.on('data', (bytes) => {
            proxy.counters.replyBytes += bytes.length;
            if (proxy.fault.kind === 'reset_mid_reply')
                this.#breakOff(bytes);
            else if (!this.#isLost('replies', bytes))
                this.#replies.take(bytes);
        });
    }
    faultChanged() {
        this.#requests.deliver();
        this.#replies.deliver();
    }
    /** Both ends get a reset at once; what waited is lost. */
    reset() {
        this.#proxy.counters.resets += 1;
        this.#client.resetAndDestroy();
        this.#server.resetAndDestroy();
        this.#end();
    }
    #breakOff(reply) {
        this.#client.write(reply.subarray(0, Math.ceil(reply.length / 2)), () => this.reset());
    }
    #isLost(direction, bytes) {
        const { fault, counters } = this.#proxy;
        if (fault.kind !== 'cut' || fault.direction !== direction)
            return false;
        this.hasLostBytes = true;
        counters.lostBytes += bytes.length;
        return true;
    }
    /** Infinity while nothing may arrive. */
    #delayMs(direction) {
        const { fault } = this.#proxy;
        if (fault.kind === 'frozen')
            return Number.POSITIVE_INFINITY;
        if (fault.kind !== 'latency')
            return 0;
        return direction === 'requests' ? fault.requestsMs : fault.repliesMs;
    }
    #end() {
        this.#requests.close();
        this.#replies.close();
        this.#client.destroy();
        this.#server.destroy();
        this.#ended();
    }
}
/** One direction of a connection: bytes in the order they came, each held back as long as the fault says. */
class Way {
    #from;
    #to;
    #delayMs;
    #waiting = [];
    #waitingBytes = 0;
    #timer;
    constructor(from, to, delayMs) {
        this.#from = from;
        this.#to = to;
        this.#delayMs = delayMs;
        to.on('drain', () => this.#from.resume());
    }
    take(bytes) {
        this.#waiting.push({ bytes, cameAt: performance.now() });
        this.#waitingBytes += bytes.length;
        if (this.#waitingBytes > WAITING_BYTES_MAX)
            this.#from.pause();
        if (this.#waiting.length === 1)
            this.deliver();
    }
    /** Passes on what is due, and comes again for the rest. */
    deliver() {
        clearTimeout(this.#timer);
        const delayMs = this.#delayMs();
        for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
            const leftMs = first.cameAt + delayMs - performance.now();
            if (leftMs > 0) {
                if (leftMs !== Number.POSITIVE_INFINITY)
                    this.#timer = setTimeout(() => this.deliver(), Math.ceil(leftMs));
                return;
            }
            this.#waiting.shift();
            this.#waitingBytes -= first.bytes.length;
            if (!this.#to.write(first.bytes))
                this.#from.pause();
        }
        if (!this.#to.writableNeedDrain)
            this.#from.resume();
    }
    close() {
        clearTimeout(this.#timer);
        this.#waiting.length = 0;
    }
}
//# sourceMappingURL=proxy.js.map