import type { Command } from '../domain/command.js';
import { partitionOfHoldId } from '../domain/hold-id.js';
import type { Outcome, Refusal } from '../domain/outcome.js';
import { partitionOf } from '../domain/partition.js';
import type { StockCall } from '../domain/stock-call.js';
import type { SkuActor } from './actor.js';

/** How commands travel to Redis: many of one lane and partition share a call; each `single` is a call of its own. */
export type Lane = 'release' | 'confirm' | 'hold' | 'single' | 'read_holds' | 'read_skus';

/** In the order of a flush: what gives stock back and what was paid for goes before new holds. */
export const LANES: readonly Lane[] = ['release', 'confirm', 'hold', 'single', 'read_holds', 'read_skus'];

type Without<Call, Keys extends PropertyKey> = Call extends unknown ? Omit<Call, Keys> : never;

/** A call without what the gate adds when it leaves. */
export type CallBody = Without<StockCall, 'partition' | 'epoch' | 'seqSeen'>;

/**
 * A command on its way. One class for all kinds, with every field set: it is passed to the store as the item of a call as it
 * is, and one shape keeps the hot path fast. Fields that a kind does not have stay empty.
 */
export class Submission<Ticket> {
  readonly ticket: Ticket;
  readonly command: Command;
  readonly lane: Lane;
  readonly partition: number;
  readonly holdId: string;
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity: number;
  readonly paymentRef: string;
  readonly actor: string;
  /** Redis time, milliseconds, the same for every attempt: once it passed, nothing can happen any more. */
  notAfter = 0;
  /** Monotonic milliseconds: when the gateway sent it on (or a little before), and when it must be answered. */
  sentAt = 0;
  deadline = 0;
  /** Whether an attempt may have reached Redis with its reply lost. */
  attempted = false;
  /** What an attempt after a lost one was told: the answer once the lost one can no longer happen. */
  refusal: Refusal | undefined = undefined;
  /** A change without a key that is done, told once no earlier attempt can do it again: after `doneUntil`, Redis time. */
  done: Outcome | undefined = undefined;
  doneUntil = 0;
  answered = false;
  /** Read the hold instead of making one: nothing new may be held, but a replay must be answered. */
  readonly onlyReplay: boolean;
  /** The actor that admitted it, while its units count as unsettled there. */
  admittedBy: SkuActor<Ticket> | undefined = undefined;

  constructor(ticket: Ticket, command: Command, lane: Lane, partition: number) {
    this.ticket = ticket;
    this.command = command;
    this.lane = lane;
    this.partition = partition;
    this.onlyReplay = command.kind === 'hold' && lane === 'read_holds';
    this.holdId = 'holdId' in command ? command.holdId : '';
    this.sku = skuOf(command);
    this.buyerId = command.kind === 'hold' ? command.buyerId : '';
    this.quantity = command.kind === 'hold' ? command.quantity : 0;
    this.paymentRef = command.kind === 'confirm' ? command.paymentRef : '';
    this.actor = 'actor' in command ? command.actor : '';
  }
}

export const LANE_OF: Readonly<Record<Command['kind'], Lane>> = {
  hold: 'hold',
  confirm: 'confirm',
  release: 'release',
  read_hold: 'read_holds',
  read_sku: 'read_skus',
  define: 'single',
  patch: 'single',
  change_state: 'single',
  adjust: 'single',
};

/** Where a command belongs, by the hold or the SKU it names. */
export function partitionOfCommand(command: Command, partitions: number): number {
  return 'holdId' in command ? partitionOfHoldId(command.holdId) : partitionOf(skuOf(command), partitions);
}

/** The SKU a command names; empty for those that name a hold. */
export function skuOf(command: Command): string {
  switch (command.kind) {
    case 'define':
      return command.definition.sku;
    case 'patch':
      return command.patch.sku;
    case 'confirm':
    case 'release':
    case 'read_hold':
      return '';
    default:
      return command.sku;
  }
}

export function isRead(command: Command): boolean {
  return command.kind === 'read_hold' || command.kind === 'read_sku';
}

/** Whether a change has no key by which the scripts would know that it was done before. */
export function isKeyless({ kind }: Command): boolean {
  return kind === 'change_state' || kind === 'patch';
}

/** The call of a command that travels alone. */
export function singleCall(submission: Submission<unknown>): CallBody {
  const { command, notAfter } = submission;
  switch (command.kind) {
    case 'define':
      return { operation: 'define', definition: command.definition, notAfter, actor: command.actor };
    case 'patch':
      return { operation: 'patch', patch: command.patch, notAfter, actor: command.actor };
    case 'change_state': {
      const { sku, action, actor } = command;
      return { operation: 'change_state', sku, action, notAfter, actor };
    }
    case 'adjust': {
      const { sku, adjustmentId, delta, reason, actor } = command;
      return { operation: 'adjust', sku, adjustmentId, delta, reason, notAfter, actor };
    }
    default:
      throw new TypeError(`${command.kind} does not travel alone`);
  }
}
