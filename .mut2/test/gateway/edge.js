import { createConnection } from 'node:net';
import { loadConfig } from '../../src/config.js';
import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { refused } from '../../src/domain/outcome.js';
import { startGateway } from '../../src/gateway/gateway.js';
import { ROUTE_LABELS } from '../../src/gateway/routes.js';
import { systemClock } from '../../src/system-clock.js';
export const SKU_VIEW = {
    sku: 'phone',
    state: 'open',
    total: 10,
    available: 7,
    held: 2,
    sold: 1,
    reserved: 0,
    buyerLimit: 0,
    holdTtlMs: 60_000,
    opensAt: 0,
    closesAt: 0,
};
export const NOW = Date.UTC(2026, 10, 22, 12);
/** Keeps what it was asked; answers by `answer`, later, like the real ones. */
export class ActorsDouble {
    commands = [];
    view = SKU_VIEW;
    answer = () => undefined;
    submit(command, reply) {
        this.commands.push(command);
        const outcome = this.answer(command) ?? this.#usual(command);
        setImmediate(() => reply(outcome));
    }
    async listSkus() {
        return { items: [this.view], now: NOW };
    }
    #usual(command) {
        switch (command.kind) {
            case 'hold': {
                const { holdId, sku, buyerId, quantity } = command;
                const hold = { holdId, sku, buyerId, quantity, expiresAt: NOW + 60_000, state: 'held' };
                return { kind: 'hold', hold, replayed: false };
            }
            case 'confirm':
            case 'release':
            case 'read_hold':
                return refused('unknown_hold');
            default:
                return { kind: 'sku', view: this.view, changed: true, now: NOW };
        }
    }
}
export class BoardDouble {
    available = 0;
    opensAt = 0;
    verdict = 'ask';
    remembered = [];
    look() {
        return this.verdict;
    }
    remember(fingerprint) {
        this.remembered.push(fingerprint);
    }
}
export class LedgerDouble {
    hold;
    failure;
    /** Whether the stock store was once recovered. */
    wasRecovered = false;
    /** What `noteUncertainHold` was told. */
    uncertain = [];
    async findHold() {
        if (this.failure !== undefined)
            throw this.failure;
        return this.hold;
    }
    async noteUncertainHold(...asked) {
        if (this.failure !== undefined)
            throw this.failure;
        this.uncertain.push(asked);
        return this.wasRecovered;
    }
    async listHolds() {
        if (this.failure !== undefined)
            throw this.failure;
        return { items: this.hold === undefined ? [] : [this.hold], next: null, seq: 7 };
    }
    async audit() {
        if (this.failure !== undefined)
            throw this.failure;
    }
    async auditPartition(partition) {
        if (this.failure !== undefined)
            throw this.failure;
        return { partition, partitions: 16, seq: 7, skus: 3, different: [] };
    }
    async repair() {
        if (this.failure !== undefined)
            throw this.failure;
    }
}
export const SECRET = 'test-secret-of-32-characters-or-more';
export const minter = new HoldIdMinter('secret of the edge tests');
export async function startEdge(t, options = {}) {
    const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', AUTH: 'off', ...options.environment });
    const actors = new ActorsDouble();
    const board = new BoardDouble();
    const ledger = new LedgerDouble();
    const answers = [];
    const errors = [];
    let started = 0;
    let streams = 0;
    const gateway = await startGateway({
        config,
        actors,
        board,
        ledger,
        minter,
        readiness: options.readiness ?? (() => ({ ready: true, dependencies: {} })),
        metricsText: async () => 'up 1\n',
        metrics: {
            started: () => {
                started += 1;
            },
            answered: (route, code) => answers.push({ route: ROUTE_LABELS[route] ?? '?', code }),
            verdict: () => undefined,
            liveStreams: (open) => {
                streams = open;
            },
        },
        logger: { error: (fields) => errors.push(fields.error), warn: () => undefined, info: () => undefined },
        clock: options.clock ?? systemClock,
        ...(options.liveStreamsMax === undefined ? {} : { liveStreamsMax: options.liveStreamsMax }),
    });
    t.teardown(() => gateway.close());
    return {
        gateway,
        storefrontUrl: gateway.storefrontUrl,
        operationsUrl: gateway.operationsUrl,
        actors,
        board,
        ledger,
        answers,
        inFlight: () => started - answers.length,
        liveStreams: () => streams,
        errors,
    };
}
/** `fetch` with JSON in and out. */
export async function call(url, options = {}) {
    const { method = 'GET', body, headers = {} } = options;
    const response = await fetch(url, {
        method,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? {} : JSON.parse(text) };
}
export const HOLD_BODY = { sku: 'phone', buyerId: 'ada', quantity: 1 };
/** A raw connection that keeps what it receives. */
export class RawConnection {
    socket;
    received = '';
    isClosed = false;
    constructor(t, url) {
        const { hostname, port } = new URL(url);
        this.socket = createConnection(Number(port), hostname);
        this.socket.on('data', (chunk) => {
            this.received += chunk.toString('latin1');
        });
        this.socket.on('close', () => {
            this.isClosed = true;
        });
        this.socket.on('error', () => undefined);
        t.teardown(() => this.socket.destroy());
    }
    send(bytes) {
        this.socket.write(bytes, 'latin1');
    }
    /** Statuses of the answers received so far. */
    get statuses() {
        return Array.from(this.received.matchAll(/HTTP\/1\.1 (\d{3})/g), (match) => Number(match[1]));
    }
}
//# sourceMappingURL=edge.js.map