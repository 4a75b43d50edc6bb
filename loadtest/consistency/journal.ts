/** How a request for a hold ended, as far as the client knows by now. */
export const Outcome = { none: 0, acknowledged: 1, refused: 2, unknown: 3 } as const;
export type OutcomeCode = (typeof Outcome)[keyof typeof Outcome];

const HOLD_ID_BYTES = 28;
const CHUNK_RECORDS = 32_768;
const RECORD_BYTES = 8 + 4 + 2 + 1 + 1 + 1 + 1 + HOLD_ID_BYTES;

/**
 * Every key the client used, in columns: 46 bytes each, so that ten minutes of a sale fit in memory and go from the client's
 * thread to the verifier without a copy. A record is named by its index; the key and the buyer are made from it again.
 */
export class Journal {
  readonly keyPrefix: string;
  readonly #chunks: Chunk[];
  #length: number;

  constructor(keyPrefix: string, buffers: readonly ArrayBuffer[] = [], length = 0) {
    this.keyPrefix = keyPrefix;
    this.#chunks = buffers.map((buffer) => new Chunk(buffer));
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** What another thread needs to make the same journal. The buffers can be transferred; this one is unusable then. */
  get buffers(): readonly ArrayBuffer[] {
    return this.#chunks.map((chunk) => chunk.buffer);
  }

  /** A new record, and its index. */
  add(sku: number, buyer: number, quantity: number): number {
    const index = this.#length;
    const at = index % CHUNK_RECORDS;
    if (at === 0) this.#chunks.push(new Chunk(new ArrayBuffer(CHUNK_RECORDS * RECORD_BYTES)));
    this.#length += 1;
    const chunk = this.#chunk(index);
    chunk.skus[at] = sku;
    chunk.buyers[at] = buyer;
    chunk.quantities[at] = quantity;
    return index;
  }

  /** Idempotency key of a record. */
  key(index: number): string {
    return this.keyPrefix + String(1_000_000_000 + index);
  }

  sku(index: number): number {
    return this.#chunk(index).skus[index % CHUNK_RECORDS]!;
  }

  buyer(index: number): number {
    return this.#chunk(index).buyers[index % CHUNK_RECORDS]!;
  }

  quantity(index: number): number {
    return this.#chunk(index).quantities[index % CHUNK_RECORDS]!;
  }

  /** What became of the hold itself. */
  outcome(index: number): OutcomeCode {
    return this.#chunk(index).outcomes[index % CHUNK_RECORDS] as OutcomeCode;
  }

  setOutcome(index: number, outcome: OutcomeCode): void {
    this.#chunk(index).outcomes[index % CHUNK_RECORDS] = outcome;
  }

  /** `none` where it was never asked to be confirmed. */
  confirm(index: number): OutcomeCode {
    return this.#chunk(index).confirms[index % CHUNK_RECORDS] as OutcomeCode;
  }

  setConfirm(index: number, outcome: OutcomeCode): void {
    this.#chunk(index).confirms[index % CHUNK_RECORDS] = outcome;
  }

  release(index: number): OutcomeCode {
    return this.#chunk(index).releases[index % CHUNK_RECORDS] as OutcomeCode;
  }

  setRelease(index: number, outcome: OutcomeCode): void {
    this.#chunk(index).releases[index % CHUNK_RECORDS] = outcome;
  }

  /** When the answer that decided came, ms since 1970; 0 before. */
  answeredAt(index: number): number {
    return this.#chunk(index).answeredAt[index % CHUNK_RECORDS]!;
  }

  setAnsweredAt(index: number, at: number): void {
    this.#chunk(index).answeredAt[index % CHUNK_RECORDS] = at;
  }

  /** Empty until acknowledged. */
  holdId(index: number): string {
    const chunk = this.#chunk(index);
    const from = (index % CHUNK_RECORDS) * HOLD_ID_BYTES;
    return chunk.holdIds[from] === 0 ? '' : chunk.holdIds.toString('latin1', from, from + HOLD_ID_BYTES);
  }

  setHoldId(index: number, holdId: string): void {
    this.#chunk(index).holdIds.write(
      holdId,
      (index % CHUNK_RECORDS) * HOLD_ID_BYTES,
      HOLD_ID_BYTES,
      'latin1',
    );
  }

  #chunk(index: number): Chunk {
    const chunk = this.#chunks[Math.floor(index / CHUNK_RECORDS)];
    if (chunk === undefined) throw new RangeError(`there is no record ${index}`);
    return chunk;
  }
}

/** Widest columns first, so that each is aligned. */
class Chunk {
  readonly buffer: ArrayBuffer;
  readonly answeredAt: Float64Array;
  readonly buyers: Uint32Array;
  readonly skus: Uint16Array;
  readonly quantities: Uint8Array;
  readonly outcomes: Uint8Array;
  readonly confirms: Uint8Array;
  readonly releases: Uint8Array;
  readonly holdIds: Buffer;

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
    let at = 0;
    const take = (bytes: number): number => {
      const from = at;
      at += bytes * CHUNK_RECORDS;
      return from;
    };
    this.answeredAt = new Float64Array(buffer, take(8), CHUNK_RECORDS);
    this.buyers = new Uint32Array(buffer, take(4), CHUNK_RECORDS);
    this.skus = new Uint16Array(buffer, take(2), CHUNK_RECORDS);
    this.quantities = new Uint8Array(buffer, take(1), CHUNK_RECORDS);
    this.outcomes = new Uint8Array(buffer, take(1), CHUNK_RECORDS);
    this.confirms = new Uint8Array(buffer, take(1), CHUNK_RECORDS);
    this.releases = new Uint8Array(buffer, take(1), CHUNK_RECORDS);
    this.holdIds = Buffer.from(buffer, take(HOLD_ID_BYTES), HOLD_ID_BYTES * CHUNK_RECORDS);
  }
}

/** Name of a buyer by number. */
export function buyerName(buyer: number): string {
  return `b${1_000_000_000 + buyer}`;
}

/** Payment reference that a record is confirmed with. */
export function paymentRef(index: number): string {
  return `pay-${index}`;
}
