import type { StockCall, StockCallResult, StockStore } from '../domain/stock-call.js';
import { ClusterCalls } from './cluster-calls.js';
import { type StockNode, StockNodes } from './cluster-nodes.js';
import type { ConnectionState, StockConnection } from './connection.js';
import { decodeAnswer } from './decode.js';
import { classifyError, isFunctionMissing } from './errors.js';
import { type InitialiseRequest, initialisePartitions, type PartitionMeta } from './initialise.js';
import { buildLibrary, type FunctionLibrary, loadLibrary } from './library.js';
import { type RawReply, sendRequests } from './pipeline.js';
import { RequestWriter } from './request.js';

export interface StockStoreOptions {
  /** One Redis, or nodes of one Redis Cluster separated by commas. */
  readonly url: string;
  /** Time one call has before it counts as lost, milliseconds. */
  readonly timeoutMs: number;
  /**
   * Replicas that must have a call's effects, and all that it saw, before it counts as done; fewer leave it lost. Default 0:
   * what is on the primary's disk counts.
   */
  readonly replicas?: number;
  /** How long an adjustment answers replays, milliseconds. */
  readonly adjustmentRetentionMs: number;
  /** Default: the one in `lua/`. */
  readonly library?: FunctionLibrary;
}

/** The stock store on Redis: each call is one FCALL, all calls of one `execute` for one node are one write. */
export class RedisStockStore implements StockStore {
  readonly nodes: StockNodes;
  readonly #library: FunctionLibrary;
  readonly #requests: RequestWriter;
  readonly #cluster: ClusterCalls;
  #replicaShortfalls = 0;

  constructor(options: StockStoreOptions) {
    this.nodes = new StockNodes(options);
    this.#library = options.library ?? buildLibrary();
    this.#requests = new RequestWriter(this.#library, { adjustmentMs: options.adjustmentRetentionMs });
    this.#cluster = new ClusterCalls(this.nodes, {
      send: (node, calls, asking) => this.#send(node, calls, asking),
      resultOf,
      reload: (node) => this.#reload(node),
    });
  }

  get state(): ConnectionState {
    return this.nodes.state;
  }

  /** To the one node, or the first of a cluster's: for what is the same everywhere. */
  get connection(): StockConnection {
    return this.nodes.first.connection;
  }

  get replicaShortfalls(): number {
    return this.#replicaShortfalls;
  }

  get timesReady(): number {
    return this.nodes.timesReady;
  }

  placeOf(partition: number): number {
    return this.nodes.timesReady + this.#cluster.journeysOf(partition);
  }

  nodeOf(partition: number): number {
    return this.nodes.nodeOf(partition);
  }

  /** Connects and loads the function library, on every node. Rejects when one cannot be reached or refuses the library. */
  async open(): Promise<void> {
    await this.nodes.connect();
    const nodes = this.nodes.nodes();
    await Promise.all(nodes.map(({ connection }) => loadLibrary(connection.redis, this.#library)));
  }

  /** Looks at, and where allowed makes, every partition; see `initialisePartitions`. Call after `open`. */
  async initialise(request: InitialiseRequest): Promise<readonly PartitionMeta[]> {
    return await initialisePartitions(this.nodes, this.#library, request);
  }

  async close(): Promise<void> {
    this.nodes.close();
  }

  async execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]> {
    if (calls.length === 0) return [];
    const node = this.nodes.single;
    if (node === undefined) return await this.#cluster.execute(calls);
    if (!node.connection.isReady) {
      const { state } = node.connection;
      const reason = 'reason' in state ? state.reason : 'the stock store is not connected';
      return calls.map(() => ({ kind: 'not_sent', reason }));
    }
    const replies = await this.#send(node, calls, false);
    const results = new Array<StockCallResult>(calls.length);
    let missing: number[] | undefined;
    for (let index = 0; index < calls.length; index += 1) {
      const reply = replies[index]!;
      results[index] = resultOf(calls[index]!, reply);
      if (reply instanceof Error && isFunctionMissing(reply)) {
        missing ??= [];
        missing.push(index);
      }
    }
    return missing === undefined ? results : await this.#repeatWithLibrary(node, calls, results, missing);
  }

  /** The calls that found no library certainly did nothing: loads it and makes them once more. */
  async #repeatWithLibrary(
    node: StockNode,
    calls: readonly StockCall[],
    results: StockCallResult[],
    missing: readonly number[],
  ): Promise<readonly StockCallResult[]> {
    const failure = await this.#reload(node);
    const again = missing.map((index) => calls[index]!);
    const replies = failure === undefined ? await this.#send(node, again, false) : [];
    for (const [position, index] of missing.entries()) {
      results[index] = failure ?? resultOf(calls[index]!, replies[position]!);
    }
    return results;
  }

  async #reload(node: StockNode): Promise<StockCallResult | undefined> {
    try {
      await loadLibrary(node.connection.redis, this.#library);
      return undefined;
    } catch (error) {
      const failure = classifyError(error as Error);
      // Loading may or may not have happened; the calls did not.
      return failure.kind === 'lost' ? { kind: 'not_sent', reason: failure.reason } : failure;
    }
  }

  /** All calls in one write. */
  async #send(node: StockNode, calls: readonly StockCall[], asking: boolean): Promise<readonly RawReply[]> {
    const { connection } = node;
    const { replicas } = this.nodes;
    const count = (asking ? calls.length * 2 : calls.length) + (replicas.count > 0 ? 1 : 0);
    const requests = this.#requests.write(calls, asking, replicas);
    const replies = await sendRequests(connection.redis, requests, count);
    connection.silence = replies.find(isUnanswered)?.message ?? '';
    const answers = asking ? calls.map((_, index) => replies[index * 2 + 1]!) : replies;
    return replicas.count > 0 ? this.#replicated(connection, answers, replies.at(-1), calls.length) : answers;
  }

  /** What too few replicas have may be lost with the primary: whatever it answered, nobody may count on it. */
  #replicated(
    connection: StockConnection,
    answers: readonly RawReply[],
    waited: unknown,
    count: number,
  ): readonly RawReply[] {
    const wanted = this.nodes.replicas.count;
    const found = typeof waited === 'number' ? waited : 0;
    if (found >= wanted) {
      connection.shortage = '';
      return answers.slice(0, count);
    }
    const why = waited instanceof Error ? ` (${waited.message})` : '';
    connection.shortage = `${found} of ${wanted} replicas have what was written${why}`;
    this.#replicaShortfalls += 1;
    const short = new Error(connection.shortage);
    return answers.slice(0, count).map((answer) => (answer instanceof Error ? answer : short));
  }
}

/** Whether it is no word of Redis, but of the client that waited for one. */
function isUnanswered(reply: RawReply): reply is Error {
  return reply instanceof Error && reply.name !== 'ReplyError';
}

function resultOf(call: StockCall, reply: RawReply): StockCallResult {
  if (reply instanceof Error) return classifyError(reply);
  try {
    return decodeAnswer(call, reply);
  } catch (error) {
    // It ran, but what it did cannot be read: neither done nor undone.
    return { kind: 'lost', reason: `unreadable answer: ${(error as Error).message}` };
  }
}
