import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** What a network does to those who trust it. `requests` travel to the server, `replies` back. */
export type NetworkFault =
  | { readonly kind: 'none' }
  /** Each chunk of bytes arrives so much later, in order. */
  | { readonly kind: 'latency'; readonly requestsMs: number; readonly repliesMs: number }
  /** Nothing arrives, nothing is lost; new connections wait as well. */
  | { readonly kind: 'frozen' }
  /** One direction vanishes without a word: with `replies`, what was asked is done and nobody hears of it. */
  | { readonly kind: 'cut'; readonly direction: 'requests' | 'replies' }
  /** Half of the next reply of each connection arrives, then a reset; new connections meet the same. */
  | { readonly kind: 'reset_mid_reply' };

/** What went through since the start. */
export interface ProxyCounters {
  connections: number;
  requestBytes: number;
  replyBytes: number;
  /** Bytes of either direction that a cut swallowed. */
  lostBytes: number;
  resets: number;
}

/** A TCP proxy on loopback before one server, with the faults of a network at will. */
export interface FaultyProxy {
  readonly port: number;
  readonly counters: Readonly<ProxyCounters>;
  inject(fault: NetworkFault): void;
  /** A good network again. Connections out of which bytes were lost are reset: their two ends no longer agree. */
  heal(): void;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Bytes that wait in one direction of one connection before its sender is held up. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

const NONE: NetworkFault = { kind: 'none' };

/** Starts a proxy on a free port before `targetPort` of this machine. */
export async function startProxy(targetPort: number): Promise<FaultyProxy> {
  const proxy = new TcpProxy(targetPort);
  await proxy.listen();
  return proxy;
}

class TcpProxy implements FaultyProxy {
  readonly counters: ProxyCounters = {
    connections: 0,
    requestBytes: 0,
    replyBytes: 0,
    lostBytes: 0,
    resets: 0,
  };
  fault: NetworkFault = NONE;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  constructor(targetPort: number) {
    this.#server = createServer((client) => {
      this.counters.connections += 1;
      const link = new Link(client, createConnection(targetPort, LOOPBACK), this, () =>
        this.#links.delete(link),
      );
      this.#links.add(link);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, LOOPBACK, resolve);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is closed');
    return address.port;
  }

  inject(fault: NetworkFault): void {
    this.fault = fault;
    for (const link of this.#links) link.faultChanged();
  }

  heal(): void {
    this.inject(NONE);
    for (const link of [...this.#links]) if (link.hasLostBytes) link.reset();
  }

  async close(): Promise<void> {
    for (const link of [...this.#links]) link.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A client's connection and its twin to the server. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #proxy: TcpProxy;
  readonly #requests: Way;
  readonly #replies: Way;
  readonly #ended: () => void;
  hasLostBytes = false;

  constructor(client: Socket, server: Socket, proxy: TcpProxy, ended: () => void) {
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
    client.on('data', (bytes: Buffer) => {
      proxy.counters.requestBytes += bytes.length;
      if (!this.#isLost('requests', bytes)) this.#requests.take(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      proxy.counters.replyBytes += bytes.length;
      if (proxy.fault.kind === 'reset_mid_reply') this.#breakOff(bytes);
      else if (!this.#isLost('replies', bytes)) this.#replies.take(bytes);
    });
  }

  faultChanged(): void {
    this.#requests.deliver();
    this.#replies.deliver();
  }

  /** Both ends get a reset at once; what waited is lost. */
  reset(): void {
    this.#proxy.counters.resets += 1;
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
    this.#end();
  }

  #breakOff(reply: Buffer): void {
    this.#client.write(reply.subarray(0, Math.ceil(reply.length / 2)), () => this.reset());
  }

  #isLost(direction: 'requests' | 'replies', bytes: Buffer): boolean {
    const { fault, counters } = this.#proxy;
    if (fault.kind !== 'cut' || fault.direction !== direction) return false;
    this.hasLostBytes = true;
    counters.lostBytes += bytes.length;
    return true;
  }

  /** Infinity while nothing may arrive. */
  #delayMs(direction: 'requests' | 'replies'): number {
    const { fault } = this.#proxy;
    if (fault.kind === 'frozen') return Number.POSITIVE_INFINITY;
    if (fault.kind !== 'latency') return 0;
    return direction === 'requests' ? fault.requestsMs : fault.repliesMs;
  }

  #end(): void {
    this.#requests.close();
    this.#replies.close();
    this.#client.destroy();
    this.#server.destroy();
    this.#ended();
  }
}

/** One direction of a connection: bytes in the order they came, each held back as long as the fault says. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #delayMs: () => number;
  readonly #waiting: { readonly bytes: Buffer; readonly cameAt: number }[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, delayMs: () => number) {
    this.#from = from;
    this.#to = to;
    this.#delayMs = delayMs;
    to.on('drain', () => this.#from.resume());
  }

  take(bytes: Buffer): void {
    this.#waiting.push({ bytes, cameAt: performance.now() });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#from.pause();
    if (this.#waiting.length === 1) this.deliver();
  }

  /** Passes on what is due, and comes again for the rest. */
  deliver(): void {
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
      if (!this.#to.write(first.bytes)) this.#from.pause();
    }
    if (!this.#to.writableNeedDrain) this.#from.resume();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }
}
