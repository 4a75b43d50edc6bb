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
  /** Rejects when any of the reads failed. */
  read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]>;
  /**
   * The same where the partitions are on several nodes: nothing for those whose node does not answer. Rejects when none does. A
   * source of one node needs none.
   */
  readWhatAnswers?(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]>;
  /** The newest seq of the partitions 0 … `partitions` − 1, and how the store fares. Rejects when no node answers. */
  sample(partitions: number): Promise<StoreSample>;
}

export interface StoreSample {
  /** Seq of the newest event of each partition; 0 where there never was one, undefined where its node does not answer. */
  readonly seqs: readonly (number | undefined)[];
  /** Events in all streams, written to the ledger or not. */
  readonly streamEvents: number;
  /** Redis time, milliseconds since 1970. */
  readonly now: number;
  /** Of the fullest node. Both 0 where Redis does not tell. */
  readonly usedBytes: number;
  readonly maxBytes: number;
  /** Over all nodes: bytes of append-only files, and nodes that rewrite theirs now. */
  readonly aofBytes: number;
  readonly rewriting: number;
}

/** The Redis nodes that have the streams. A client that is not connected rejects what is asked of it at once. */
export interface StreamNodes {
  clients(): readonly Redis[];
  redisOf(partition: number): Redis;
  /** So many replicas must have what is read, so that nobody acts on what a failover takes back; absent: none. */
  readonly replicas?: { readonly count: number; readonly timeoutMs: number };
  /** Looks anew for where the partitions are. */
  refresh(): Promise<void>;
  /** The node that an error sends the reader to, for this once: it is taking over the partition. */
  askedOf?(error: Error): Redis | undefined;
}

/** Redirections that a read follows: a map that changes under every step is not worth chasing. */
const HOPS_MAX = 5;

/** Events of one partition after `afterSeq`, oldest first. Rejects with `CorruptEvent` or the connection's error. */
export async function readEvents(
  streams: Redis | StreamNodes,
  partition: number,
  afterSeq: number,
  limit: number,
): Promise<readonly StockEvent[]> {
  const [raw = []] = await readRawEvents(streams, [{ partition, afterSeq, limit }]);
  return raw.map((entry) => decodeEvent(entry.bytes));
}

/** The same for many partitions in one round trip, not decoded. Rejects when any of the reads failed. */
export async function readRawEvents(
  streams: Redis | StreamNodes,
  requests: readonly ReadRequest[],
): Promise<readonly (readonly RawEvent[])[]> {
  const answers = await readEach(nodesOf(streams), requests);
  return answers.map((answer) => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
}

/** A read on its way to a node. */
interface Leg {
  readonly index: number;
  readonly request: ReadRequest;
  readonly redis: Redis;
  /** The node is only taking over the partition. */
  readonly asking: boolean;
}

/** Goes after partitions that move to another node meanwhile; what else went wrong is answered in its place. */
async function readEach(
  nodes: StreamNodes,
  requests: readonly ReadRequest[],
): Promise<readonly (readonly RawEvent[] | Error)[]> {
  const answers = new Array<readonly RawEvent[] | Error>(requests.length);
  let legs = requests.map(
    (request, index): Leg => ({ index, request, redis: nodes.redisOf(request.partition), asking: false }),
  );
  for (let hop = 0; legs.length > 0; hop += 1) {
    await readOnce(nodes, legs, answers);
    if (hop === HOPS_MAX) break;
    if (legs.some(({ index }) => isMoved(answers[index]))) await nodes.refresh().catch(() => undefined);
    legs = legs.flatMap((leg) => onward(nodes, leg, answers[leg.index]) ?? []);
  }
  return answers;
}

function onward(nodes: StreamNodes, leg: Leg, answer: unknown): Leg | undefined {
  if (isMoved(answer)) return { ...leg, redis: nodes.redisOf(leg.request.partition), asking: false };
  const redis = answer instanceof Error ? nodes.askedOf?.(answer) : undefined;
  return redis === undefined ? undefined : { ...leg, redis, asking: true };
}

async function readOnce(
  nodes: StreamNodes,
  legs: readonly Leg[],
  answers: (readonly RawEvent[] | Error)[],
): Promise<void> {
  const byNode = new Map<Redis, Leg[]>();
  for (const leg of legs) byNode.set(leg.redis, [...(byNode.get(leg.redis) ?? []), leg]);
  await Promise.all([...byNode].map(([redis, ofNode]) => readFrom(nodes, redis, ofNode, answers)));
}

async function readFrom(
  nodes: StreamNodes,
  redis: Redis,
  legs: readonly Leg[],
  answers: (readonly RawEvent[] | Error)[],
): Promise<void> {
  const pipeline = redis.pipeline();
  const places: number[] = [];
  for (const { request, asking } of legs) {
    if (asking) pipeline.asking();
    places.push(pipeline.length);
    const { partition, afterSeq, limit } = request;
    pipeline.xrangeBuffer(eventsKey(partition), `(${afterSeq}-0`, '+', 'COUNT', limit);
  }
  const { count: wanted = 0, timeoutMs = 0 } = nodes.replicas ?? {};
  if (wanted > 0) pipeline.wait(wanted, timeoutMs);
  const replies = (await pipeline.exec()) ?? [];
  const found = wanted === 0 ? 0 : Number(replies.at(-1)?.[1] ?? 0);
  const short = found < wanted ? new Error(`${found} of ${wanted} replicas have the events`) : null;
  for (const [position, { index }] of legs.entries()) {
    const [error, entries] = replies[places[position]!] ?? [new Error('no answer')];
    answers[index] = error ?? short ?? (entries as StreamEntry[]).map(rawEvent);
  }
}

function isMoved(answer: unknown): boolean {
  return answer instanceof Error && answer.message.startsWith('MOVED');
}

type StreamEntry = readonly [id: Buffer, fields: readonly Buffer[]];

function rawEvent([id, fields]: StreamEntry): RawEvent {
  const [milliseconds = '', sequence = ''] = id.toString('latin1').split('-');
  return { seq: Number(milliseconds), wellFormed: sequence === '0', bytes: fields[1] ?? Buffer.alloc(0) };
}

function nodesOf(streams: Redis | StreamNodes): StreamNodes {
  if ('clients' in streams) return streams;
  return { clients: () => [streams], redisOf: () => streams, refresh: async () => undefined };
}

export class RedisEventSource implements EventSource {
  readonly #nodes: StreamNodes;

  constructor(streams: Redis | StreamNodes) {
    this.#nodes = nodesOf(streams);
  }

  read(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]> {
    return readRawEvents(this.#nodes, requests);
  }

  async readWhatAnswers(requests: readonly ReadRequest[]): Promise<readonly (readonly RawEvent[])[]> {
    const clients = this.#nodes.clients();
    if (clients.length <= 1) return await this.read(requests);
    const answers = await readEach(this.#nodes, requests);
    const failure = answers.find((answer) => answer instanceof Error);
    const someAnswer = answers.some((answer) => !(answer instanceof Error)) || clients.some(isConnected);
    if (failure instanceof Error && !someAnswer) throw failure;
    return answers.map((answer) => (answer instanceof Error ? [] : answer));
  }

  async sample(partitions: number): Promise<StoreSample> {
    const byNode = new Map<Redis, number[]>(this.#nodes.clients().map((redis) => [redis, []]));
    for (let partition = 0; partition < partitions; partition += 1) {
      const redis = this.#nodes.redisOf(partition);
      byNode.set(redis, [...(byNode.get(redis) ?? []), partition]);
    }
    const asked = [...byNode].map(([redis, owned]) => sampleNode(redis, owned));
    const outcomes = await Promise.allSettled(asked);
    const samples = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (samples.length === 0) throw (outcomes[0] as PromiseRejectedResult).reason;
    const fullest = samples.reduce((left, right) => (fillOf(right) > fillOf(left) ? right : left));
    const seqs = new Map(samples.flatMap((sample) => [...sample.seqs]));
    // Elsewhere now, or its node is down: the next look may find it.
    if (seqs.size < partitions) void this.#nodes.refresh().catch(() => undefined);
    return {
      seqs: Array.from({ length: partitions }, (_, partition) => seqs.get(partition)),
      streamEvents: samples.reduce((sum, { streamEvents }) => sum + streamEvents, 0),
      now: Math.max(...samples.map(({ now }) => now)),
      usedBytes: fullest.usedBytes,
      maxBytes: fullest.maxBytes,
      aofBytes: samples.reduce((sum, { aofBytes }) => sum + aofBytes, 0),
      rewriting: samples.reduce((sum, { rewriting }) => sum + rewriting, 0),
    };
  }
}

type NodeSample = Omit<StoreSample, 'seqs'> & { readonly seqs: ReadonlyMap<number, number> };

async function sampleNode(redis: Redis, partitions: readonly number[]): Promise<NodeSample> {
  const pipeline = redis.pipeline().time().info('memory', 'persistence');
  for (const partition of partitions) pipeline.hget(metaKey(partition), 'seq').xlen(eventsKey(partition));
  const [time, info, ...heads] = (await pipeline.exec()) ?? [];
  if (time === undefined || time[0] !== null) throw time?.[0] ?? new Error('no answer');
  const [seconds, microseconds] = time[1] as [number | string, number | string];
  const told = String(info?.[0] ? '' : info?.[1]);
  const seqs = new Map<number, number>();
  let streamEvents = 0;
  for (const [place, partition] of partitions.entries()) {
    const [seqError, seq] = heads[2 * place]!;
    const [lengthError, length] = heads[2 * place + 1]!;
    const error = seqError ?? lengthError;
    // Elsewhere now, or on its way: not known for the moment.
    if (error !== null && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)/.test(error.message)) continue;
    if (error !== null) throw error;
    seqs.set(partition, Number(seq ?? 0));
    streamEvents += Number(length);
  }
  return {
    seqs,
    streamEvents,
    now: Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
    usedBytes: numberIn(told, /^used_memory:(\d+)/m),
    maxBytes: numberIn(told, /^maxmemory:(\d+)/m),
    aofBytes: numberIn(told, /^aof_current_size:(\d+)/m),
    rewriting: numberIn(told, /^aof_rewrite_in_progress:(\d+)/m),
  };
}

function fillOf({ usedBytes, maxBytes }: NodeSample): number {
  return maxBytes === 0 ? 0 : usedBytes / maxBytes;
}

function isConnected({ status }: Redis): boolean {
  return status === 'ready';
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
