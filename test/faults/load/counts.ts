/** Counters the client's thread writes and the harness reads at any time, without a message between them. */
export const COUNTERS = [
  // Requests of every kind by how each attempt ended.
  'ok',
  'refused',
  'unknown',
  // Holds newly taken (201).
  'accepted',
  'confirmed',
  'released',
  'replayed',
  // Refusals a buyer would see, by what they say.
  'soldOut',
  'buyerLimit',
  'unavailable',
  'overloaded',
  'rolledBack',
  'outcomeUnknown',
  // Connections that ended with a request in flight, requests that got no answer in time.
  'cutOff',
  'timedOut',
  // Outcomes that are to be asked again, now.
  'toResolve',
  'inFlight',
] as const;
export type Counter = (typeof COUNTERS)[number];
export type LoadCounts = Readonly<Record<Counter, number>>;

const INDEX = Object.fromEntries(COUNTERS.map((counter, index) => [counter, index])) as Record<
  Counter,
  number
>;

export class Counters {
  readonly buffer: SharedArrayBuffer;
  readonly #values: Int32Array;

  constructor(buffer = new SharedArrayBuffer(COUNTERS.length * 4)) {
    this.buffer = buffer;
    this.#values = new Int32Array(buffer);
  }

  add(counter: Counter, by = 1): void {
    this.#values[INDEX[counter]]! += by;
  }

  set(counter: Counter, value: number): void {
    this.#values[INDEX[counter]] = value;
  }

  read(): LoadCounts {
    const entries = COUNTERS.map((counter) => [counter, Atomics.load(this.#values, INDEX[counter])]);
    return Object.fromEntries(entries) as LoadCounts;
  }
}

const BUCKET_MS = 10;
/** An hour: ten minutes without Postgres, and what comes before and after, are more than a quarter of one. */
const BUCKETS = 360_000;

/**
 * Accepted holds over time, in steps of 10 ms since the load began: how many were answered in a step, and for those asked for in it
 * when the first answer came. Times are ms since 1970 by a clock that does not step.
 */
export class Timeline {
  readonly buffer: SharedArrayBuffer;
  readonly #beganAt: Float64Array;
  readonly #answered: Uint32Array;
  readonly #firstAnswer: Float64Array;

  constructor(buffer = new SharedArrayBuffer(8 + BUCKETS * 12)) {
    this.buffer = buffer;
    this.#beganAt = new Float64Array(buffer, 0, 1);
    this.#firstAnswer = new Float64Array(buffer, 8, BUCKETS);
    this.#answered = new Uint32Array(buffer, 8 + BUCKETS * 8, BUCKETS);
  }

  begin(now: number): void {
    this.#beganAt[0] = now;
    this.#firstAnswer.fill(0);
    this.#answered.fill(0);
  }

  get beganAt(): number {
    return this.#beganAt[0]!;
  }

  accepted(sentAt: number, answeredAt: number): void {
    const sent = this.#bucket(sentAt);
    this.#answered[this.#bucket(answeredAt)]! += 1;
    if (this.#firstAnswer[sent] === 0) this.#firstAnswer[sent] = answeredAt;
  }

  /** When the first hold was accepted of those asked for after `moment`, to 10 ms; undefined while none was. */
  firstAcceptedAfter(moment: number): number | undefined {
    let first: number | undefined;
    for (let bucket = this.#bucket(moment) + 1; bucket < BUCKETS; bucket += 1) {
      const at = this.#firstAnswer[bucket]!;
      if (first !== undefined && this.#beganAt[0]! + bucket * BUCKET_MS > first) return first;
      if (at !== 0 && (first === undefined || at < first)) first = at;
    }
    return first;
  }

  /** Holds accepted a second between two moments; 0 for less than a step. */
  perSecond(from: number, to: number): number {
    const [low, high] = [this.#bucket(from), this.#bucket(to)];
    let sum = 0;
    for (let bucket = low; bucket < high; bucket += 1) sum += this.#answered[bucket]!;
    return high > low ? (sum * 1000) / ((high - low) * BUCKET_MS) : 0;
  }

  #bucket(at: number): number {
    return Math.min(BUCKETS - 1, Math.max(0, Math.floor((at - this.#beganAt[0]!) / BUCKET_MS)));
  }
}

/** Milliseconds since 1970, by a clock that does not step; the same in all threads of a process to within a millisecond. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
