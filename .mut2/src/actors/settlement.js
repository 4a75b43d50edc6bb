import { StopReason } from '../domain/shared-state.js';
import { ofRolledBack, outcomeOf, outcomeUnknown, outOfTime, unavailable } from './resolution.js';
import { isKeyless, isRead } from './submission.js';
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
 *     wrong epoch, rolled back  nothing more is sold: `store_rolled_back`, or after a lost attempt `outcome_unknown`: what it did may
 *                               be in what the store lost, which comes back with its newest file
 */
export class Settlement {
    #options;
    constructor(options) {
        this.#options = options;
    }
    settle(batch, result, times) {
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
                if (result.passing === true)
                    for (const item of batch.items)
                        this.#again(item, times.receivedAt);
                else
                    this.#notDone(batch, 'The stock store cannot be reached', times);
                break;
            case 'out_of_memory':
                this.#notDone(batch, 'The stock store is out of memory', times);
                break;
            case 'wrong_epoch':
            case 'rolled_back':
                this.checkStore(result);
                for (const item of batch.items)
                    this.finish(item, ofRolledBack(item));
                break;
        }
    }
    /** Stops the selling when any answer shows that the store lost what was acknowledged, or lives another life. */
    checkStore(result) {
        if (result.kind === 'wrong_epoch' || result.kind === 'rolled_back') {
            this.#options.shared.raiseStop(StopReason.StoreRolledBack);
        }
    }
    /** Answers a command, unless it was answered before because it ran out of time. Its units count no longer as unsettled. */
    finish(item, outcome) {
        this.#release(item);
        if (item.answered)
            return;
        item.answered = true;
        this.#options.outlet.answer(item, outcome);
    }
    /** Answers a command that is out of time. One in flight keeps its units until the store has answered. */
    expire(item, isInFlight) {
        if (item.answered)
            return;
        if (!isInFlight)
            this.#release(item);
        item.answered = true;
        this.#options.outlet.answer(item, outOfTime(item, item.attempted || isInFlight));
    }
    #reply({ partition, items }, reply, times) {
        const { intake, outlet, counters } = this.#options;
        intake.reply(partition, reply, times);
        const { results } = reply;
        let due = Number.POSITIVE_INFINITY;
        for (let index = 0; index < items.length; index += 1) {
            const item = items[index];
            const result = results[index];
            if (result === undefined)
                this.finish(item, outcomeUnknown(item.holdId));
            else if (result.kind === 'created') {
                counters.created += 1;
                if (result.expiresAt < due)
                    due = result.expiresAt;
                this.#release(item);
                if (item.answered)
                    continue;
                item.answered = true;
                outlet.created(item, result.expiresAt);
            }
            else
                this.#other(item, result, reply.now, times.receivedAt);
        }
        if (due !== Number.POSITIVE_INFINITY)
            this.#options.due(partition, due);
    }
    #other(item, result, redisNow, now) {
        const outcome = outcomeOf(item, result, redisNow);
        const isTooLate = result.kind === 'refused' && result.refusal.code === 'too_late';
        if (item.done !== undefined) {
            if (redisNow <= item.doneUntil)
                this.#again(item, now);
            else
                this.finish(item, item.done);
        }
        else if (isTooLate && item.refusal !== undefined)
            this.finish(item, item.refusal);
        else if (item.attempted && redisNow <= item.notAfter && mayStillSucceed(item, outcome)) {
            item.refusal = outcome;
            this.#again(item, now);
        }
        else if (item.attempted && redisNow <= item.notAfter && isKeyless(item.command)) {
            item.done = outcome;
            item.doneUntil = item.notAfter;
            // Asked again for the time only, and not to undo what others set meanwhile.
            item.notAfter = 0;
            this.#again(item, now);
        }
        else {
            this.#note(item, outcome, now);
            this.finish(item, outcome);
        }
    }
    #note(item, outcome, now) {
        const { counters, directory } = this.#options;
        if (outcome.kind === 'hold' && !outcome.replayed) {
            if (item.lane === 'confirm')
                counters.confirmed += 1;
            else if (item.lane === 'release')
                counters.released += 1;
        }
        else if (outcome.kind === 'refused' && outcome.code === 'unknown_sku' && item.sku !== '') {
            directory.noteUnknown(item.sku, now);
        }
    }
    #notDone({ items }, detail, times) {
        for (const item of items) {
            if (item.attempted)
                this.#again(item, times.receivedAt);
            else
                this.finish(item, unavailable(detail));
        }
    }
    #again(item, now) {
        const { counters, retries } = this.#options;
        if (item.answered)
            this.#release(item);
        else if (now < item.deadline && retries.add(item))
            counters.resubmitted += 1;
        else if (isRead(item.command) || !item.attempted)
            this.finish(item, unavailable('The stock store did not answer in time'));
        else
            this.finish(item, outcomeUnknown(item.holdId));
    }
    #release(item) {
        const actor = item.admittedBy;
        if (actor === undefined)
            return;
        actor.settle(item);
        this.#options.intake.stir(actor);
    }
}
/** Refusals that an attempt still on its way might not meet: stock comes back, a sale opens. */
const PASSING = new Set([
    'sold_out',
    'buyer_limit',
    'not_open',
    'paused',
    'closed',
    'unknown_sku',
    'insufficient_stock',
    'unavailable',
]);
function mayStillSucceed({ command }, outcome) {
    if (outcome.kind !== 'refused')
        return false;
    // A hold that is still on its way itself may be there when the lost confirm or release arrives.
    return PASSING.has(outcome.code) || (outcome.code === 'unknown_hold' && !isRead(command));
}
//# sourceMappingURL=settlement.js.map