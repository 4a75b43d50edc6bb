import type { Redis } from 'ioredis';
import type { StockEvent } from '../domain/event.js';
import { decodeEvent } from './codec.js';

/** The stream of a partition's events; the key is part of the stored format (`lua/README.md`). */
export function eventsKey(partition: number): string {
  return `{p${partition}}:events`;
}

export function metaKey(partition: number): string {
  return `{p${partition}}:meta`;
}

/** An entry of a stream, not decoded: `seq` is what its id says. */
export interface RawEvent {
  readonly seq: number;
  /** Whether the id has the one form the function library writes, `<seq>-0`. */
  readonly wellFormed: boolean;
  readonly bytes: Buffer;
}

export interface ReadRequest {
  readonly partition: number;
  /** Events after this seq. */
  readonly afterSeq: number;
  /** Most events to answer. */
  readonly limit: number;
}

/** Where events come from; answers are index-aligned with the requests, each in ascending order. */
export interface EventSource {
  read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]>;
  /** The newest seq of the partitions 0 … `partitions` − 1, and how the store fares. */
  sample(partitions: number): Promise<StoreSample>;
}

export interface StoreSample {
  /** Seq of the newest event of each partition; 0 where there never was one. */
  readonly seqs: readonly number[];
  /** Events in all streams, written to the ledger or not. */
  readonly streamEvents: number;
  /** Redis time, milliseconds since 1970. */
  readonly now: number;
  /** Both 0 where Redis does not tell. */
  readonly usedBytes: number;
  readonly maxBytes: number;
}

/** Events of one partition after `afterSeq`, oldest first. Rejects with `CorruptEvent` or the connection's error. */
export async function readEvents(
  redis: Redis,
  partition: number,
  afterSeq: number,
  limit: number,
): Promise<readonly StockEvent[]> {
  const [raw = []] = await readRawEvents(redis, [{ partition, afterSeq, limit }]);
  return raw.map((entry) => decodeEvent(entry.bytes));
}

/** The same for many partitions in one round trip, not decoded. Rejects when any of the reads failed. */
export async function readRawEvents(
  redis: Redis,
  requests: readonly ReadRequest[],
): Promise<readonly (readonly RawEvent[])[]> {
  const pipeline = redis.pipeline();
  for (const { partition, afterSeq, limit } of requests) {
    pipeline.xrangeBuffer(eventsKey(partition), `(${afterSeq}-0`, '+', 'COUNT', limit);
  }
  const answers = (await pipeline.exec()) ?? [];
  return requests.map((_, index) => (answerAt(answers, index) as StreamEntry[]).map(rawEvent));
}

type StreamEntry = readonly [id: Buffer, fields: readonly Buffer[]];

function rawEvent([id, fields]: StreamEntry): RawEvent {
  const [milliseconds = '', sequence = ''] = id.toString('latin1').split('-');
  return { seq: Number(milliseconds), wellFormed: sequence === '0', bytes: fields[1] ?? Buffer.alloc(0) };
}

function answerAt(answers: readonly [Error | null, unknown][], index: number): unknown {
  const [error, value] = answers[index] ?? [new Error('no answer'), undefined];
  if (error) throw error;
  return value;
}

export class RedisEventSource implements EventSource {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]> {
    return readRawEvents(this.#redis, requests);
  }

  async sample(partitions: number): Promise<StoreSample> {
    const pipeline = this.#redis.pipeline().time().info('memory');
    for (let partition = 0; partition < partitions; partition += 1) {
      pipeline.hget(metaKey(partition), 'seq').xlen(eventsKey(partition));
    }
    const answers = (await pipeline.exec()) ?? [];
    const [seconds, microseconds] = answerAt(answers, 0) as [number | string, number | string];
    const memory = String(answers[1]?.[0] ? '' : answers[1]?.[1]);
    const seqs: number[] = [];
    let streamEvents = 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      seqs.push(Number(answerAt(answers, 2 + 2 * partition) ?? 0));
      streamEvents += Number(answerAt(answers, 3 + 2 * partition));
    }
    return {
      seqs,
      streamEvents,
      now: Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
      usedBytes: numberIn(memory, /^used_memory:(\d+)/m),
      maxBytes: numberIn(memory, /^maxmemory:(\d+)/m),
    };
  }
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
