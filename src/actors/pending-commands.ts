import type { Command } from '../domain/command.js';
import type { Hold } from '../domain/hold.js';
import type { Outcome } from '../domain/outcome.js';
import { outcomeUnknown, unavailable } from './resolution.js';
import { isRead } from './submission.js';

type Reply = (outcome: Outcome) => void;

/** A command that was with this many threads when they died is given to no other: it may be what kills them. */
const THREADS_MAX = 2;

/** A command given to a shard thread and not answered by it yet. */
interface Pending {
  readonly command: Command;
  /** Undefined once the caller was answered; the slot stays taken until the thread answers too, or dies. */
  reply: Reply | undefined;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
  /** How many threads may have had it. */
  threads: number;
}

/** The commands a shard thread owes an answer to, by slot. Slots are reused, so that answers name small numbers. */
export class PendingCommands {
  readonly #slots: (Pending | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `hasThread`: whether it is given to a thread now; otherwise the next one takes it from `orphans`. */
  add(command: Command, reply: Reply, sentAt: number, hasThread: boolean): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = { command, reply, sentAt, threads: hasThread ? 1 : 0 };
    this.#size += 1;
    return slot;
  }

  /** `answer`: the deadline of a hold just made, or the outcome. */
  answer(slot: number, answer: number | Outcome): void {
    const pending = this.#slots[slot];
    if (pending === undefined) return;
    this.#remove(slot);
    pending.reply?.(typeof answer === 'number' ? created(pending.command, answer) : answer);
  }

  /** Answers those sent before `limit` for the thread, which did not in time. */
  answerLate(limit: number): void {
    for (const pending of this.#slots) {
      if (pending?.reply === undefined || pending.sentAt > limit) continue;
      const { reply } = pending;
      pending.reply = undefined;
      reply(lateOutcome(pending));
    }
  }

  /** The thread died: those its callers still wait for, to be given to the next one. */
  *orphans(): Iterable<{ slot: number; command: Command; sentAt: number; wasPosted: boolean }> {
    for (let slot = 0; slot < this.#slots.length; slot += 1) {
      const pending = this.#slots[slot];
      if (pending === undefined) continue;
      const { command, reply, sentAt, threads } = pending;
      if (reply === undefined) this.#remove(slot);
      else if (threads >= THREADS_MAX) {
        this.#remove(slot);
        reply(lateOutcome(pending));
      } else {
        pending.threads += 1;
        yield { slot, command, sentAt, wasPosted: threads > 0 };
      }
    }
  }

  #remove(slot: number): void {
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
  }
}

function created(command: Command, expiresAt: number): Outcome {
  const { holdId, sku, buyerId, quantity } = command as Extract<Command, { kind: 'hold' }>;
  const hold: Hold = { state: 'held', holdId, sku, buyerId, quantity, expiresAt };
  return { kind: 'hold', hold, replayed: false };
}

function lateOutcome({ command, threads }: Pending): Outcome {
  if (isRead(command) || threads === 0) return unavailable('The part that keeps this SKU is being restarted');
  return outcomeUnknown('holdId' in command ? command.holdId : '');
}
