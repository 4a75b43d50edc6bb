import type { StockEvent } from '../../src/domain/event.js';
import { encodeEvent } from '../../src/events/codec.js';
import type { EventSource, RawEvent, ReadRequest, StoreSample } from '../../src/events/reader.js';

/** What the streams need of the stock model; `events` are those not trimmed, contiguous. */
export interface StreamPartition {
  readonly seq: number;
  readonly events: readonly StockEvent[];
}

/** Bytes of events: each is asked for by several engines, and is encoded once. */
const encoded = new WeakMap<StockEvent, Buffer>();

export function bytesOf(event: StockEvent): Buffer {
  let bytes = encoded.get(event);
  if (bytes === undefined) {
    bytes = encodeEvent(event);
    encoded.set(event, bytes);
  }
  return bytes;
}

export interface StreamModelOptions {
  /** Asked anew each time: a store that went back in time is another one. */
  readonly partitions: () => readonly StreamPartition[];
  /** Redis' wall clock, milliseconds since 1970. */
  readonly clock: () => number;
  /** Asked before each exchange; waits as long as the network does, and throws while Redis cannot be reached. */
  readonly reach?: () => Promise<void>;
  /** Entries taken away by no script of ours: partition → seq. */
  readonly missing?: ReadonlyMap<number, number>;
  readonly memory?: () => { readonly usedBytes: number; readonly maxBytes: number };
}

/** The event streams of a stock model, as `RedisEventSource` shows those of Redis. */
export class StreamModel implements EventSource {
  readonly #options: StreamModelOptions;

  constructor(options: StreamModelOptions) {
    this.#options = options;
  }

  async read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]> {
    await this.#options.reach?.();
    const partitions = this.#options.partitions();
    return requests.map((request) => this.#readOne(partitions[request.partition]?.events ?? [], request));
  }

  async sample(partitions: number): Promise<StoreSample> {
    await this.#options.reach?.();
    const all = this.#options.partitions().slice(0, partitions);
    const { usedBytes, maxBytes } = this.#options.memory?.() ?? { usedBytes: 0, maxBytes: 0 };
    return {
      seqs: Array.from({ length: partitions }, (_, partition) => all[partition]?.seq ?? 0),
      streamEvents: all.reduce((sum, { events }) => sum + events.length, 0) - this.#missing(all),
      now: Math.floor(this.#options.clock()),
      usedBytes,
      maxBytes,
      aofBytes: 0,
      rewriting: 0,
    };
  }

  #missing(all: readonly StreamPartition[]): number {
    let missing = 0;
    for (const [partition, seq] of this.#options.missing ?? []) {
      const { events, seq: head } = all[partition] ?? { events: [], seq: 0 };
      if (seq <= head && seq >= (events[0]?.seq ?? Number.POSITIVE_INFINITY)) missing += 1;
    }
    return missing;
  }

  #readOne(events: readonly StockEvent[], { partition, afterSeq, limit }: ReadRequest): RawEvent[] {
    const answer: RawEvent[] = [];
    const oldest = events[0]?.seq ?? 0;
    const missing = this.#options.missing?.get(partition);
    for (let index = Math.max(0, afterSeq + 1 - oldest); index < events.length; index += 1) {
      if (answer.length >= limit) break;
      const event = events[index]!;
      if (event.seq === missing) continue;
      answer.push({ seq: event.seq, wellFormed: true, bytes: bytesOf(event) });
    }
    return answer;
  }
}
