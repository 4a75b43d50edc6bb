import type { Redis } from 'ioredis';
import {
  addressOfUrl,
  hostOf,
  type NodeAddress,
  parseRedirection,
  parseSlots,
  type Redirection,
  SLOTS,
  type SlotRange,
  slotOfPartition,
  urlAt,
} from './cluster-slots.js';
import {
  type ConnectionOptions,
  type ConnectionState,
  replicaWaitMs,
  StockConnection,
} from './connection.js';

/** How often the map is asked for anew while a primary cannot be reached: a replica may have taken its place. */
const WATCH_MS = 500;
/** How much longer than a command's timeout the connection to a former primary stays: all it owes is settled by then. */
const RETIRE_SLACK_MS = 1000;

/** One Redis, with a connection of its own. */
export interface StockNode {
  readonly address: NodeAddress;
  readonly connection: StockConnection;
}

/** So many replicas must have what is learnt, and so long is waited for them. */
export interface ReplicaWait {
  readonly count: number;
  readonly timeoutMs: number;
}

type Layout =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'single'; readonly node: StockNode }
  | { readonly kind: 'cluster' };

/**
 * The Redis nodes that hold the stock: one, or the primaries of a Redis Cluster, which is found out from the node itself. Knows
 * which partition is where; the map is learnt from CLUSTER SLOTS and corrected by redirections.
 *
 * Not ioredis' own `Cluster`: it sends a command again when a connection closes under it, and keeps commands in an offline
 * queue, so that one could happen twice, or after its caller was told that it failed.
 */
export class StockNodes {
  /** What calls and reads wait for, so that nothing is learnt that a failover could take back. */
  readonly replicas: ReplicaWait;
  /** How often a connection became ready; counted before anything is sent on it. */
  timesReady = 0;
  readonly #options: ConnectionOptions;
  readonly #seeds: readonly StockNode[];
  /** By the number that `nodeOf` answers; a hole is free for the next address. */
  readonly #primaries: (StockNode | undefined)[] = [];
  readonly #owners = new Int16Array(SLOTS).fill(-1);
  readonly #slots: number[] = [];
  readonly #listeners: (() => void)[] = [];
  #layout: Layout = { kind: 'unknown', reason: 'not connected yet' };
  #learning: Promise<void> | undefined;
  #watch: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `url`: one address, or several nodes of one cluster separated by commas. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.replicas = { count: options.replicas ?? 0, timeoutMs: replicaWaitMs(options.timeoutMs) };
    this.#seeds = options.url.split(',').map((url) => this.#connectionTo(addressOfUrl(url), url.trim()));
  }

  /**
   * Resolves when every node is connected; rejects with the reason when one cannot be reached now (further attempts follow in
   * the background until `close`). May be repeated.
   */
  async connect(): Promise<void> {
    const attempts = await Promise.allSettled(this.#seeds.map(({ connection }) => connection.connect()));
    if (attempts.every(({ status }) => status === 'rejected')) {
      throw (attempts[0] as PromiseRejectedResult).reason;
    }
    if (this.#layout.kind !== 'single') await this.refresh();
    await Promise.all(this.nodes().map(({ connection }) => connection.connect()));
  }

  /** The one node, or `undefined` in a cluster and as long as nobody knows. */
  get single(): StockNode | undefined {
    return this.#layout.kind === 'single' ? this.#layout.node : undefined;
  }

  /** The one node, any node of a cluster, or the first address given while nothing is known. */
  get first(): StockNode {
    return this.nodes()[0] ?? this.#seeds[0]!;
  }

  /** All primaries; empty until the first answer. */
  nodes(): readonly StockNode[] {
    if (this.#layout.kind === 'single') return [this.#layout.node];
    return this.#primaries.filter((node) => node !== undefined);
  }

  /** Number of the node that has the partition, small and reused: 0 where there is one node or none is known. */
  nodeOf(partition: number): number {
    if (this.#layout.kind !== 'cluster') return 0;
    this.#slots[partition] ??= slotOfPartition(partition);
    return Math.max(0, this.#owners[this.#slots[partition]]!);
  }

  /** The node that has the partition; `undefined` while none is known to. */
  find(partition: number): StockNode | undefined {
    if (this.#layout.kind !== 'cluster') return this.single;
    this.#slots[partition] ??= slotOfPartition(partition);
    return this.#primaries[this.#owners[this.#slots[partition]]!];
  }

  /** The same as a client, for reading; a connection that is not ready rejects its commands at once. */
  redisOf(partition: number): Redis {
    return (this.find(partition) ?? this.first).connection.redis;
  }

  /** Clients of all nodes, for reading. */
  clients(): readonly Redis[] {
    return this.nodes().map(({ connection }) => connection.redis);
  }

  get state(): ConnectionState {
    const nodes = this.nodes();
    if (nodes.length === 0) return this.#stateUnknown();
    if (nodes.length === 1) return nodes[0]!.connection.state;
    const troubled = nodes.filter(({ connection }) => connection.state.state !== 'ready');
    if (troubled.length === 0) return { state: 'ready' };
    const reason = troubled.map(describe).join('; ');
    const someSell = nodes.some(
      ({ connection: { state } }) => state.state === 'ready' || state.state === 'partly',
    );
    return { state: someSell ? 'partly' : 'down', reason };
  }

  /** Called whenever a node is ready (again). */
  onReady(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes a redirection to heart and answers the node it points at. The whole map is asked for in the background. */
  redirect({ kind, slot, address }: Redirection): StockNode {
    const number = this.#numberOf(address);
    const node = this.#primaries[number]!;
    if (kind === 'moved') {
      this.#owners[slot] = number;
      void this.refresh(node).catch(() => undefined);
    }
    return node;
  }

  /** A client of the node that an ASK points at; `undefined` for every other error. */
  askedOf(error: Error): Redis | undefined {
    const redirection = parseRedirection(error.message, hostOf(this.first.address));
    return redirection?.kind === 'ask' ? this.redirect(redirection).connection.redis : undefined;
  }

  /** Asks for the map anew, `first` before the others. Rejects when no node answers. */
  refresh(first?: StockNode): Promise<void> {
    this.#learning ??= this.#learn(first).finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  /** Closes at once; commands in flight are answered as lost. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#watch);
    for (const { connection } of [...this.#seeds, ...this.nodes()]) connection.close();
  }

  async #learn(first: StockNode | undefined): Promise<void> {
    let failure: unknown = new Error('no node of the stock store is connected');
    for (const node of new Set([...(first === undefined ? [] : [first]), ...this.nodes(), ...this.#seeds])) {
      if (!node.connection.isReady) continue;
      try {
        await this.#learnFrom(node);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #learnFrom(node: StockNode): Promise<void> {
    const { redis } = node.connection;
    if (this.#layout.kind !== 'cluster' && !/^cluster_enabled:1/m.test(await redis.info('cluster'))) {
      if (this.#seeds.length > 1) {
        const reason = `${node.address} is not a node of a Redis Cluster: REDIS_URL may list several addresses only for one`;
        this.#layout = { kind: 'unknown', reason };
        throw new Error(reason);
      }
      this.#layout = { kind: 'single', node };
      return;
    }
    this.#adopt(parseSlots(await redis.call('CLUSTER', 'SLOTS'), hostOf(node.address)));
  }

  #adopt(ranges: readonly SlotRange[]): void {
    if (this.#isClosed) return;
    this.#layout = { kind: 'cluster' };
    this.#owners.fill(-1);
    for (const { from, to, primary } of ranges) this.#owners.fill(this.#numberOf(primary), from, to + 1);
    const serving = new Set(ranges.map(({ primary }) => primary));
    for (const [number, node] of this.#primaries.entries()) {
      if (node !== undefined && !serving.has(node.address)) this.#retire(number, node);
    }
    this.#watch ??= setInterval(() => this.#lookAgain(), WATCH_MS).unref();
  }

  #lookAgain(): void {
    if (this.#owners.includes(-1) || this.nodes().some(({ connection }) => !connection.isReady)) {
      void this.refresh().catch(() => undefined);
    }
  }

  #numberOf(address: NodeAddress): number {
    const known = this.#primaries.findIndex((node) => node?.address === address);
    if (known >= 0) return known;
    const seed = this.#seeds.find((node) => node.address === address);
    const node = seed ?? this.#connectionTo(address, urlAt(this.#options.url.split(',')[0]!, address));
    const free = this.#primaries.indexOf(undefined);
    const number = free >= 0 ? free : this.#primaries.length;
    this.#primaries[number] = node;
    // A failure is kept in the connection's state, and it goes on trying.
    if (seed === undefined) void node.connection.connect().catch(() => undefined);
    return number;
  }

  /** Seeds stay connected: they are who is asked when all else fails. */
  #retire(number: number, node: StockNode): void {
    this.#primaries[number] = undefined;
    if (this.#seeds.includes(node)) return;
    const close = (): void => {
      if (!this.#primaries.includes(node)) node.connection.close();
    };
    setTimeout(close, this.#options.timeoutMs + RETIRE_SLACK_MS).unref();
  }

  #connectionTo(address: NodeAddress, url: string): StockNode {
    const node = { address, connection: new StockConnection({ ...this.#options, url }) };
    node.connection.onReady(() => {
      this.timesReady += 1;
      void this.#ready(node);
    });
    return node;
  }

  async #ready(node: StockNode): Promise<void> {
    // A node that comes up may know of a new map; of the one node there is nothing to learn.
    if (this.#layout.kind !== 'single') await this.refresh(node).catch(() => undefined);
    for (const listener of this.#listeners) listener();
  }

  #stateUnknown(): ConnectionState {
    const states = this.#seeds.map(({ connection }) => connection.state);
    const { reason } = this.#layout as Extract<Layout, { kind: 'unknown' }>;
    if (states.some(({ state }) => state === 'ready')) return { state: 'down', reason };
    return states[0]!;
  }
}

function describe({ address, connection: { state } }: StockNode): string {
  if (state.state === 'down') return `${address} is down: ${state.reason}`;
  return `${address}: ${state.state === 'partly' ? state.reason : 'not connected yet'}`;
}
