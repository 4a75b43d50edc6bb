import { Packr } from 'msgpackr';
import type { Command } from '../domain/command.js';
import type { Outcome } from '../domain/outcome.js';
import type { OwnEvent } from '../domain/own-event.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import type { BoardRow, ForeignKeys } from './board.js';
import type { ShardLimits } from './shard-options.js';
import type { SkuFilter } from './sku-directory.js';

/** State of a shard's connection to Redis, as `/readyz` shows it. */
export type RedisState =
  | { readonly state: 'ready' }
  | { readonly state: 'connecting' }
  /** It sells, but not everything, or not as safely as it should. */
  | { readonly state: 'partly'; readonly reason: string }
  | { readonly state: 'down'; readonly reason: string };

/** What a shard thread is started with. Plain data and shared buffers. */
export interface ShardThreadData {
  readonly kind: 'holdfast-shard';
  readonly index: number;
  readonly life: number;
  readonly owned: readonly number[];
  readonly partitions: number;
  readonly epoch: number;
  readonly redisUrl: string;
  readonly stockTimeoutMs: number;
  readonly stockReplicas: number;
  readonly limits: ShardLimits;
  readonly board: {
    readonly buffer: SharedArrayBuffer;
    readonly shape: { partitions: number; rows: number; originMs: number };
  };
  readonly shared: SharedArrayBuffer;
  /** One 32-bit word the thread counts up while its event loop turns. */
  readonly heartbeat: SharedArrayBuffer;
  readonly rows: readonly BoardRow[];
  readonly keysKnown: readonly (readonly [partition: number, seq: number])[];
}

/** Main thread to shard, besides batches of commands, which travel as one ArrayBuffer. */
export type ToShard =
  | { readonly kind: 'list'; readonly id: number; readonly filter: SkuFilter }
  | { readonly kind: 'close' };

/** Shard to main thread, besides batches of answers. */
export type FromShard =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'news';
      readonly rows: readonly BoardRow[];
      readonly keys: readonly ForeignKeys[];
      readonly keysKnown: readonly (readonly [partition: number, seq: number])[];
    }
  | {
      readonly kind: 'listed';
      readonly id: number;
      readonly items: readonly SkuView[];
      readonly now: number;
    }
  | { readonly kind: 'lost_event'; readonly event: OwnEvent }
  | { readonly kind: 'report'; readonly stats: ShardStats; readonly redis: RedisState };

const packr = new Packr({ useRecords: false, bundleStrings: true });

/** One buffer of its own: a packed slice shares its buffer with others and cannot be transferred. */
function pack(values: unknown): ArrayBuffer {
  const packed = packr.pack(values);
  const own = new ArrayBuffer(packed.byteLength);
  new Uint8Array(own).set(packed);
  return own;
}

function unpack(buffer: ArrayBuffer): unknown[] {
  return packr.unpack(new Uint8Array(buffer) as Buffer) as unknown[];
}

const CERTAINLY_NEW = 1;
const RESUBMITTED = 2;
const OTHER_KIND = 4;

/**
 * Commands that travel together, flat: `slot, flags, sentAt`, then for a hold its five fields in a row (no
 * field names: it is by far the most frequent), for any other command the command.
 */
export class CommandBatch {
  #values: unknown[] = [];
  #commands = 0;

  get isEmpty(): boolean {
    return this.#commands === 0;
  }

  get commands(): number {
    return this.#commands;
  }

  /** `slot`: what the answer is known by. `sentAt`: monotonic milliseconds. */
  add(slot: number, command: Command, sentAt: number, isResubmitted: boolean): void {
    const flag = isResubmitted ? RESUBMITTED : 0;
    this.#commands += 1;
    if (command.kind === 'hold') {
      const isNew = command.certainlyNew ? CERTAINLY_NEW : 0;
      const { holdId, sku, buyerId, quantity, actor } = command;
      this.#values.push(slot, flag | isNew, sentAt, holdId, sku, buyerId, quantity, actor);
    } else this.#values.push(slot, flag | OTHER_KIND, sentAt, command);
  }

  take(): ArrayBuffer {
    const values = this.#values;
    this.clear();
    return pack(values);
  }

  clear(): void {
    this.#values = [];
    this.#commands = 0;
  }
}

export function readCommands(
  buffer: ArrayBuffer,
  take: (slot: number, command: Command, sentAt: number, isResubmitted: boolean) => void,
): void {
  const values = unpack(buffer);
  for (let at = 0; at < values.length; ) {
    const slot = values[at] as number;
    const flags = values[at + 1] as number;
    const sentAt = values[at + 2] as number;
    const isResubmitted = (flags & RESUBMITTED) !== 0;
    if ((flags & OTHER_KIND) !== 0) {
      take(slot, values[at + 3] as Command, sentAt, isResubmitted);
      at += 4;
      continue;
    }
    const command: Command = {
      kind: 'hold',
      holdId: values[at + 3] as string,
      sku: values[at + 4] as string,
      buyerId: values[at + 5] as string,
      quantity: values[at + 6] as number,
      actor: values[at + 7] as string,
      certainlyNew: (flags & CERTAINLY_NEW) !== 0,
    };
    take(slot, command, sentAt, isResubmitted);
    at += 8;
  }
}

/** Answers of one turn, flat pairs: `slot` and either the new hold's deadline or an outcome. */
export class AnswerBatch {
  #values: unknown[] = [];

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  created(slot: number, expiresAt: number): void {
    this.#values.push(slot, expiresAt);
  }

  add(slot: number, outcome: Outcome): void {
    this.#values.push(slot, outcome);
  }

  take(): ArrayBuffer {
    const values = this.#values;
    this.#values = [];
    return pack(values);
  }
}

/** `answer`: the deadline of a hold just made (Redis time, milliseconds), or the outcome. */
export function readAnswers(
  buffer: ArrayBuffer,
  take: (slot: number, answer: number | Outcome) => void,
): void {
  const values = unpack(buffer);
  for (let at = 0; at < values.length; at += 2)
    take(values[at] as number, values[at + 1] as number | Outcome);
}
