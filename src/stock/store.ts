import type { StockCall, StockCallResult, StockStore } from '../domain/stock-call.js';
import { type ConnectionState, StockConnection } from './connection.js';
import { decodeAnswer } from './decode.js';
import { classifyError, isFunctionMissing } from './errors.js';
import { type InitialiseRequest, initialisePartitions, type PartitionMeta } from './initialise.js';
import { buildLibrary, type FunctionLibrary, loadLibrary } from './library.js';
import { type RawReply, sendRequests } from './pipeline.js';
import { RequestWriter } from './request.js';

export interface StockStoreOptions {
  readonly url: string;
  /** Time one call has before it counts as lost, milliseconds. */
  readonly timeoutMs: number;
  /** How long an adjustment answers replays, milliseconds. */
  readonly adjustmentRetentionMs: number;
  /** Default: the one in `lua/`. */
  readonly library?: FunctionLibrary;
}

/** The stock store on Redis: each call is one FCALL, all calls of one `execute` are one write. */
export class RedisStockStore implements StockStore {
  readonly connection: StockConnection;
  readonly #library: FunctionLibrary;
  readonly #requests: RequestWriter;
  /** Why the newest calls have no answer, while the connection itself looks well; empty when they have. */
  #silence = '';

  constructor(options: StockStoreOptions) {
    this.connection = new StockConnection(options);
    this.connection.onReady(() => {
      this.#silence = '';
    });
    this.#library = options.library ?? buildLibrary();
    this.#requests = new RequestWriter(this.#library, { adjustmentMs: options.adjustmentRetentionMs });
  }

  /** A connection that is open but answers nothing (a Redis that hangs, a network that swallows) counts as down. */
  get state(): ConnectionState {
    const { state } = this.connection;
    return state.state === 'ready' && this.#silence !== '' ? { state: 'down', reason: this.#silence } : state;
  }

  /** Connects and loads the function library. Rejects when Redis cannot be reached or refuses the library. */
  async open(): Promise<void> {
    await this.connection.connect();
    await loadLibrary(this.connection.redis, this.#library);
  }

  /** Looks at, and where allowed makes, every partition; see `initialisePartitions`. Call after `open`. */
  async initialise(request: InitialiseRequest): Promise<readonly PartitionMeta[]> {
    return await initialisePartitions(this.connection.redis, this.#library, request);
  }

  async close(): Promise<void> {
    this.connection.close();
  }

  async execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]> {
    const replies = await this.#send(calls);
    if (typeof replies === 'string') return calls.map(() => ({ kind: 'not_sent', reason: replies }));
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
    return missing === undefined ? results : await this.#repeatWithLibrary(calls, results, missing);
  }

  /** The calls that found no library certainly did nothing: loads it and makes them once more. */
  async #repeatWithLibrary(
    calls: readonly StockCall[],
    results: StockCallResult[],
    missing: readonly number[],
  ): Promise<readonly StockCallResult[]> {
    try {
      await loadLibrary(this.connection.redis, this.#library);
    } catch (error) {
      const failure = classifyError(error as Error);
      // Loading may or may not have happened; the calls did not.
      const result: StockCallResult =
        failure.kind === 'lost' ? { kind: 'not_sent', reason: failure.reason } : failure;
      for (const index of missing) results[index] = result;
      return results;
    }
    const replies = await this.#send(missing.map((index) => calls[index]!));
    for (const [position, index] of missing.entries()) {
      results[index] =
        typeof replies === 'string'
          ? { kind: 'not_sent', reason: replies }
          : resultOf(calls[index]!, replies[position]!);
    }
    return results;
  }

  /** All calls in one write; or, where nothing was written, the reason. */
  async #send(calls: readonly StockCall[]): Promise<readonly RawReply[] | string> {
    const { connection } = this;
    if (!connection.isReady) {
      const { state } = connection;
      return state.state === 'down' ? state.reason : 'the stock store is not connected';
    }
    if (calls.length === 0) return [];
    const replies = await sendRequests(connection.redis, this.#requests.write(calls), calls.length);
    const unanswered = replies.find(isUnanswered);
    this.#silence = unanswered === undefined ? '' : unanswered.message;
    return replies;
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
