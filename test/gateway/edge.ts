import { createConnection, type Socket } from 'node:net';
import type { Test } from 'tap';
import { type Config, loadConfig } from '../../src/config.js';
import type { Command } from '../../src/domain/command.js';
import type { Hold } from '../../src/domain/hold.js';
import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { type Outcome, refused } from '../../src/domain/outcome.js';
import type {
  Actors,
  Board,
  BoardVerdict,
  Clock,
  LedgerQueries,
  PartitionAuditReport,
  Readiness,
} from '../../src/domain/ports.js';
import type { SaleFeed, SalePoint, SaleSnapshot } from '../../src/domain/sale.js';
import type { SkuView } from '../../src/domain/sku.js';
import type { AnswerCode } from '../../src/domain/stats.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { ROUTE_LABELS } from '../../src/gateway/routes.js';
import { systemClock } from '../../src/system-clock.js';

/**
 * The gateway on doubles of what stands behind it. Only for tests of the HTTP edge, which need answers that a real engine gives rarely
 * (a lost reply, a store that is down); what the engine as a whole promises is tested on a running one.
 */
export interface Edge {
  readonly gateway: Gateway;
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
  readonly actors: ActorsDouble;
  readonly board: BoardDouble;
  readonly ledger: LedgerDouble;
  readonly sale: SaleFeedDouble;
  readonly answers: readonly { route: string; code: AnswerCode }[];
  readonly inFlight: () => number;
  readonly liveStreams: () => number;
  readonly errors: readonly unknown[];
}

export const SKU_VIEW: SkuView = {
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
export class ActorsDouble implements Actors {
  readonly commands: Command[] = [];
  view: SkuView = SKU_VIEW;
  answer: (command: Command) => Outcome | undefined = () => undefined;

  submit(command: Command, reply: (outcome: Outcome) => void): void {
    this.commands.push(command);
    const outcome = this.answer(command) ?? this.#usual(command);
    setImmediate(() => reply(outcome));
  }

  async listSkus(): Promise<{ items: readonly SkuView[]; now: number }> {
    return { items: [this.view], now: NOW };
  }

  #usual(command: Command): Outcome {
    switch (command.kind) {
      case 'hold': {
        const { holdId, sku, buyerId, quantity } = command;
        const hold: Hold = { holdId, sku, buyerId, quantity, expiresAt: NOW + 60_000, state: 'held' };
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

export class BoardDouble implements Board {
  available = 0;
  opensAt = 0;
  verdict: BoardVerdict = 'ask';
  readonly remembered: number[] = [];

  look(): BoardVerdict {
    return this.verdict;
  }

  remember(fingerprint: number): void {
    this.remembered.push(fingerprint);
  }
}

export class LedgerDouble implements LedgerQueries {
  hold: Hold | undefined;
  failure: Error | undefined;
  /** Whether the stock store was once recovered. */
  wasRecovered = false;
  /** What `noteUncertainHold` was told. */
  readonly uncertain: Parameters<LedgerQueries['noteUncertainHold']>[] = [];

  async findHold(): Promise<Hold | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.hold;
  }

  async noteUncertainHold(...asked: Parameters<LedgerQueries['noteUncertainHold']>): Promise<boolean> {
    if (this.failure !== undefined) throw this.failure;
    this.uncertain.push(asked);
    return this.wasRecovered;
  }

  async listHolds(): ReturnType<LedgerQueries['listHolds']> {
    if (this.failure !== undefined) throw this.failure;
    return { items: this.hold === undefined ? [] : [this.hold], next: null, seq: 7 };
  }

  async audit(): Promise<undefined> {
    if (this.failure !== undefined) throw this.failure;
  }

  async auditPartition(partition: number): Promise<PartitionAuditReport> {
    if (this.failure !== undefined) throw this.failure;
    return { partition, partitions: 16, seq: 7, skus: 3, different: [] };
  }

  async repair(): Promise<undefined> {
    if (this.failure !== undefined) throw this.failure;
  }
}

/** Tells its followers what a test says. */
export class SaleFeedDouble implements SaleFeed {
  readonly history: SalePoint[] = [];
  readonly followers = new Set<(snapshot: SaleSnapshot) => void>();

  follow(follower: (snapshot: SaleSnapshot) => void): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  tell(snapshot: SaleSnapshot): void {
    for (const follower of this.followers) follower(snapshot);
  }
}

export const SECRET = 'test-secret-of-32-characters-or-more';
export const minter = new HoldIdMinter('secret of the edge tests');

export interface EdgeOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly readiness?: () => Readiness;
  readonly liveStreamsMax?: number;
  readonly liveBoardViewersMax?: number;
}

export async function startEdge(t: Test, options: EdgeOptions = {}): Promise<Edge> {
  const config: Config = loadConfig({ PORT: '0', ADMIN_PORT: '0', AUTH: 'off', ...options.environment });
  const actors = new ActorsDouble();
  const board = new BoardDouble();
  const ledger = new LedgerDouble();
  const sale = new SaleFeedDouble();
  const answers: { route: string; code: AnswerCode }[] = [];
  const errors: unknown[] = [];
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
    sale,
    logger: { error: (fields) => errors.push(fields.error), warn: () => undefined, info: () => undefined },
    clock: options.clock ?? systemClock,
    ...(options.liveStreamsMax === undefined ? {} : { liveStreamsMax: options.liveStreamsMax }),
    ...(options.liveBoardViewersMax === undefined
      ? {}
      : { liveBoardViewersMax: options.liveBoardViewersMax }),
  });
  t.teardown(() => gateway.close());
  return {
    gateway,
    storefrontUrl: gateway.storefrontUrl,
    operationsUrl: gateway.operationsUrl,
    actors,
    board,
    ledger,
    sale,
    answers,
    inFlight: () => started - answers.length,
    liveStreams: () => streams,
    errors,
  };
}

/** `fetch` with JSON in and out. */
export async function call(
  url: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; json: Record<string, unknown> }> {
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
  readonly socket: Socket;
  received = '';
  isClosed = false;

  constructor(t: Test, url: string) {
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

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Statuses of the answers received so far. */
  get statuses(): readonly number[] {
    return Array.from(this.received.matchAll(/HTTP\/1\.1 (\d{3})/g), (match) => Number(match[1]));
  }
}
