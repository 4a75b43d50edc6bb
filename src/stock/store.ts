import type { Redis } from 'ioredis';
import type { StockCall, StockCallResult, StockStore } from '../domain/stock-call.js';
import { type ConnectionState, StockConnection } from './connection.js';
import { decodeAnswer } from './decode.js';
import { encodeArguments, KEYS_PER_PARTITION, keysOf, type Retention } from './encode.js';
import { classifyError, isFunctionMissing } from './errors.js';
import { type InitialiseRequest, initialisePartitions, type PartitionMeta } from './initialise.js';
import { buildLibrary, type FunctionLibrary, loadLibrary } from './library.js';

export interface StockStoreOptions {
  readonly url: string;
  /** Time one call has before it counts as lost, milliseconds. */
  readonly timeoutMs: number;
  /** How long an adjustment answers replays, milliseconds. */
  readonly adjustmentRetentionMs: number;
  /** Default: the one in `lua/`. */
  readonly library?: FunctionLibrary;
}

type RawReply = [error: Error | null, result: unknown];

/** The stock store on Redis: each call is one FCALL, all calls of one `execute` are one pipeline. */
export class RedisStockStore implements StockStore {
  readonly connection: StockConnection;
  readonly #library: FunctionLibrary;
  readonly #retention: Retention;
  readonly #keys = new Map<number, readonly string[]>();

  constructor(options: StockStoreOptions) {
    this.connection = new StockConnection(options);
    this.#library = options.library ?? buildLibrary();
    this.#retention = { adjustmentMs: options.adjustmentRetentionMs };
  }

  get state(): ConnectionState {
    return this.connection.state;
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
      const [error, answer] = replies[index]!;
      if (error === null) results[index] = decode(calls[index]!, answer);
      else {
        results[index] = classifyError(error);
        if (isFunctionMissing(error)) {
          missing ??= [];
          missing.push(index);
        }
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
      if (typeof replies === 'string') results[index] = { kind: 'not_sent', reason: replies };
      else {
        const [error, answer] = replies[position]!;
        results[index] = error === null ? decode(calls[index]!, answer) : classifyError(error);
      }
    }
    return results;
  }

  /** One pipeline; or, where nothing was written, the reason. */
  async #send(calls: readonly StockCall[]): Promise<readonly RawReply[] | string> {
    const { connection } = this;
    if (!connection.isReady) {
      const { state } = connection;
      return state.state === 'down' ? state.reason : 'the stock store is not connected';
    }
    const pipeline = (connection.redis as Redis).pipeline();
    for (const call of calls) {
      pipeline.callBuffer(
        'FCALL',
        this.#library.functionName(call.operation),
        KEYS_PER_PARTITION,
        ...this.#keysOf(call.partition),
        call.epoch,
        call.seqSeen,
        encodeArguments(call, this.#retention),
      );
    }
    return ((await pipeline.exec()) ?? []) as RawReply[];
  }

  #keysOf(partition: number): readonly string[] {
    let keys = this.#keys.get(partition);
    if (keys === undefined) {
      keys = keysOf(partition);
      this.#keys.set(partition, keys);
    }
    return keys;
  }
}

function decode(call: StockCall, answer: unknown): StockCallResult {
  try {
    return decodeAnswer(call, answer as Buffer);
  } catch (error) {
    // It ran, but what it did cannot be read: neither done nor undone.
    return { kind: 'lost', reason: `unreadable answer: ${(error as Error).message}` };
  }
}
