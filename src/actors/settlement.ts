import type { ErrorCode } from '../domain/errors.js';
import type { Outcome, Refusal } from '../domain/outcome.js';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import type { ItemResult, StockCallResult, StockReply } from '../domain/stock-call.js';
import type { Batch, FlushTimes } from './group-commit.js';
import type { Intake } from './intake.js';
import type { Outlet } from './outlet.js';
import { ofRolledBack, outcomeOf, outcomeUnknown, outOfTime, unavailable } from './resolution.js';
import type { Retries } from './retries.js';
import type { ShardCounters } from './shard-counters.js';
import type { SkuDirectory } from './sku-directory.js';
import { isKeyless, isRead, type Submission } from './submission.js';

export interface SettlementOptions<Ticket> {
  readonly intake: Intake<Ticket>;
  readonly outlet: Outlet<Ticket>;
  readonly shared: SharedState;
  readonly directory: SkuDirectory<Ticket>;
  readonly counters: ShardCounters;
  readonly retries: Retries<Ticket>;
  readonly due: (partition: number, at: number) => void;
}

/**
 * What the end of a call means for each command in it:
 *
 *     reply                     its own answer, whatever earlier attempts did: the scripts look for those first
 *     lost                      sent again with the same ids while there is time, then `outcome_unknown`
 *     refused after a lost one  not believed until the lost attempt can no longer happen (`notAfter`): it may still be
 *                               in a socket, and find the stock that this one did not
 *     done after a lost one     of a change without a key: told when the lost attempt can no longer happen either, for it
 *                               would set the same again, over what others set after the answer
 *     not sent, out of memory   not done by this attempt: `unavailable`, or after a lost attempt as above; sent again while
 *                               there is time where the partition is only moving to another node
 *     done after a roll-back    done on one node of several, after another lost what it had: `outcome_unknown`
 *     wrong epoch, rolled back  nothing more is sold: `store_rolled_back`, or after a lost attempt `outcome_unknown`: what it did may
 *                               be in what the store lost, which comes back with its newest file
 */
export class Settlement<Ticket> {
  readonly #options: SettlementOptions<Ticket>;

  constructor(options: SettlementOptions<Ticket>) {
    this.#options = options;
  }

  settle(batch: Batch<Ticket>, result: StockCallResult, times: FlushTimes): void {
    switch (result.kind) {
      case 'reply':
        this.#reply(batch, result, times);
        break;
      case 'lost':
        for (const item of batch.items) {
          item.attempted = true;
          this.#again(item, times.receivedAt);
        }
        break;
      case 'not_sent':
        if (result.passing === true) for (const item of batch.items) this.#again(item, times.receivedAt);
        else this.#notDone(batch, 'The stock store cannot be reached', times);
        break;
      case 'out_of_memory':
        this.#notDone(batch, 'The stock store is out of memory', times);
        break;
      case 'wrong_epoch':
      case 'rolled_back':
        this.checkStore(result);
        for (const item of batch.items) this.finish(item, ofRolledBack(item));
        break;
    }
  }

  /** Stops the selling when any answer shows that the store lost what was acknowledged, or lives another life. */
  checkStore(result: StockCallResult): void {
    if (result.kind === 'wrong_epoch' || result.kind === 'rolled_back') {
      this.#options.shared.raiseStop(StopReason.StoreRolledBack);
    }
  }

  /** Answers a command, unless it was answered before because it ran out of time. Its units count no longer as unsettled. */
  finish(item: Submission<Ticket>, outcome: Outcome): void {
    this.#release(item);
    if (item.answered) return;
    item.answered = true;
    this.#options.outlet.answer(item, outcome);
  }

  /** Answers a command that is out of time. One in flight keeps its units until the store has answered. */
  expire(item: Submission<Ticket>, isInFlight: boolean): void {
    if (item.answered) return;
    if (!isInFlight) this.#release(item);
    item.answered = true;
    this.#options.outlet.answer(item, outOfTime(item, item.attempted || isInFlight));
  }

  #reply({ partition, items }: Batch<Ticket>, reply: StockReply, times: FlushTimes): void {
    const { intake, outlet, counters } = this.#options;
    intake.reply(partition, reply, times);
    if (this.#options.shared.hasStop(StopReason.StoreRolledBack)) {
      this.#afterTestimony(items);
      return;
    }
    const { results } = reply;
    let due = Number.POSITIVE_INFINITY;
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index]!;
      const result = results[index];
      if (result === undefined) this.finish(item, outcomeUnknown(item.holdId));
      else if (result.kind === 'created') {
        counters.created += 1;
        if (result.expiresAt < due) due = result.expiresAt;
        this.#release(item);
        if (item.answered) continue;
        item.answered = true;
        outlet.created(item, result.expiresAt);
      } else this.#other(item, result, reply.now, times.receivedAt);
    }
    if (due !== Number.POSITIVE_INFINITY) this.#options.due(partition, due);
  }

  /**
   * Another node lost what it had, and what this engine saw is or will in a moment be in Postgres, for a recovery to go by. This came
   * too late for that; should its own node be lost next, nobody would know of it, so nobody may be told that it is done.
   */
  #afterTestimony(items: readonly Submission<Ticket>[]): void {
    for (const item of items) {
      item.attempted = true;
      this.finish(item, ofRolledBack(item));
    }
  }

  #other(item: Submission<Ticket>, result: ItemResult, redisNow: number, now: number): void {
    const outcome = outcomeOf(item, result, redisNow);
    const isTooLate = result.kind === 'refused' && result.refusal.code === 'too_late';
    if (item.done !== undefined) {
      if (redisNow <= item.doneUntil) this.#again(item, now);
      else this.finish(item, item.done);
    } else if (isTooLate && item.refusal !== undefined) this.finish(item, item.refusal);
    else if (item.attempted && redisNow <= item.notAfter && mayStillSucceed(item, outcome)) {
      item.refusal = outcome;
      this.#again(item, now);
    } else if (item.attempted && redisNow <= item.notAfter && isKeyless(item.command)) {
      item.done = outcome;
      item.doneUntil = item.notAfter;
      // Asked again for the time only, and not to undo what others set meanwhile.
      item.notAfter = 0;
      this.#again(item, now);
    } else {
      this.#note(item, outcome, now);
      this.finish(item, outcome);
    }
  }

  #note(item: Submission<Ticket>, outcome: Outcome, now: number): void {
    const { counters, directory } = this.#options;
    if (outcome.kind === 'hold' && !outcome.replayed) {
      if (item.lane === 'confirm') counters.confirmed += 1;
      else if (item.lane === 'release') counters.released += 1;
    } else if (outcome.kind === 'refused' && outcome.code === 'unknown_sku' && item.sku !== '') {
      directory.noteUnknown(item.sku, now);
    }
  }

  #notDone({ items }: Batch<Ticket>, detail: string, times: FlushTimes): void {
    for (const item of items) {
      if (item.attempted) this.#again(item, times.receivedAt);
      else this.finish(item, unavailable(detail));
    }
  }

  #again(item: Submission<Ticket>, now: number): void {
    const { counters, retries } = this.#options;
    if (item.answered) this.#release(item);
    else if (now < item.deadline && retries.add(item)) counters.resubmitted += 1;
    else if (isRead(item.command) || !item.attempted)
      this.finish(item, unavailable('The stock store did not answer in time'));
    else this.finish(item, outcomeUnknown(item.holdId));
  }

  #release(item: Submission<Ticket>): void {
    const actor = item.admittedBy;
    if (actor === undefined) return;
    actor.settle(item);
    this.#options.intake.stir(actor);
  }
}

/** Refusals that an attempt still on its way might not meet: stock comes back, a sale opens. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'sold_out',
  'buyer_limit',
  'not_open',
  'paused',
  'closed',
  'unknown_sku',
  'insufficient_stock',
  'unavailable',
]);

function mayStillSucceed({ command }: Submission<unknown>, outcome: Outcome): outcome is Refusal {
  if (outcome.kind !== 'refused') return false;
  // A hold that is still on its way itself may be there when the lost confirm or release arrives.
  return PASSING.has(outcome.code) || (outcome.code === 'unknown_hold' && !isRead(command));
}
