import { partitionOfCommand } from '../../src/actors/submission.js';
import { isCertainRefusal, wordOf } from './request.js';
/** How late an answer may be beyond its budget: timers of the router, a hop between threads. */
const ANSWER_SLACK_MS = 5;
/** How long a SKU is remembered as unknown (UNKNOWN_SKU_MS), and how long the reply that said so may have travelled. */
const UNKNOWN_MS = 500;
/** A poll, a hop and a round trip: what it may take until the keys of another engine are known. */
const FOREIGN_SLACK_MS = 20;
/** Whether the answers are true, given once and in time. */
export class AnswerAuditor {
    #auditor;
    #options;
    constructor(auditor, options) {
        this.#auditor = auditor;
        this.#options = options;
    }
    /** Call when an answer arrives, with its outcome already in the request. */
    answered(request) {
        const { outcome } = request;
        const say = (rule, what) => this.#auditor.broken(rule, `${request.id} ${request.command.kind} by ${request.engine}: ${what}`);
        if (request.answers > 1)
            say('each request is answered once', `answered ${request.answers} times`);
        const tookMs = request.answeredAt - request.askedAt;
        const budgetMs = this.#options.budgetMs + ANSWER_SLACK_MS + this.#auditor.stoppedMs;
        if (tookMs > budgetMs)
            say('each request is answered in time', `took ${Math.round(tookMs)} ms`);
        if (outcome === undefined)
            return;
        const partition = partitionOfCommand(request.command, this.#options.partitions);
        const audited = this.#auditor.partitions[partition];
        if (audited === undefined)
            return;
        const happenedAt = audited.happened.get(request.id);
        // What a merchant sets has no key: tried again, it is refused in the state that others have made meanwhile.
        const isKeyless = request.command.kind === 'change_state' || request.command.kind === 'patch';
        if (isCertainRefusal(outcome) && happenedAt !== undefined && !isKeyless)
            say('what was refused for certain does not happen', `${wordOf(outcome)}, but it is event ${happenedAt}`);
        if (outcome.kind === 'hold')
            this.#hold(request, outcome.hold, partition, say);
        else if (outcome.kind === 'sku') {
            if (outcome.changed && happenedAt === undefined && !this.#auditor.hasLoss)
                say('ok happened', `${JSON.stringify(request.command)} is in no event`);
            if (happenedAt !== undefined)
                this.#auditor.acknowledge(request, partition, happenedAt);
        }
        else if (outcome.kind === 'refused')
            this.#refused(request, outcome, partition, say);
    }
    #hold(request, hold, partition, say) {
        if (request.askedAfterRollBack)
            say('nothing is sold after a roll-back was told', wordOf(request.outcome));
        const audited = this.#auditor.partitions[partition].holds.get(hold.holdId);
        if (audited === undefined) {
            if (!this.#auditor.hasLoss)
                say('ok happened', `there is no hold ${hold.holdId}`);
            return;
        }
        const { sku, buyerId, quantity, expiresAt } = hold;
        if (audited.sku !== sku ||
            audited.buyerId !== buyerId ||
            audited.quantity !== quantity ||
            audited.expiresAt !== expiresAt)
            say('answers are true', `${JSON.stringify(hold)} is ${JSON.stringify(audited)}`);
        // An answer takes a while: a hold that has ended meanwhile was held when it was given, and how it ended may be lost meanwhile.
        if (hold.state !== 'held' && !this.#lostSomething(partition, request.askedAt)) {
            const isSame = hold.state !== 'confirmed' || hold.paymentRef === audited.paymentRef;
            if (audited.state !== hold.state || !isSame)
                say('answers are true', `${hold.state} is ${audited.state}`);
        }
        const { command } = request;
        if (command.kind === 'confirm' && hold.state === 'confirmed' && hold.paymentRef !== command.paymentRef)
            say('answers are true', 'confirmed with the payment of another');
        if (command.kind === 'hold' &&
            (command.sku !== sku || command.buyerId !== buyerId || command.quantity !== quantity))
            say('answers are true', 'a hold of another request');
        this.#auditor.acknowledge(request, partition, hold.state === 'held' ? audited.createdSeq : audited.endedSeq);
    }
    #lostSomething(partition, since) {
        return this.#auditor.losses.some((loss) => loss.partition === partition && loss.at >= since);
    }
    #refused(request, refusal, partition, say) {
        const { command } = request;
        if (command.kind === 'hold') {
            this.#refusedHold(request, command, refusal, partition, say);
            return;
        }
        if (command.kind !== 'confirm' && command.kind !== 'release')
            return;
        const hold = this.#auditor.partitions[partition].holds.get(command.holdId);
        const ended = ENDED[refusal.code];
        if (ended !== undefined && hold?.state !== ended && !this.#auditor.hasLoss)
            say('answers are true', `${refusal.code}, but the hold is ${hold?.state}`);
        if (refusal.code === 'unknown_hold' && hold !== undefined && hold.createdAt < request.askedAt)
            say('answers are true', 'the hold is known');
    }
    #refusedHold(request, command, { code }, partition, say) {
        const { skuTimes } = this.#auditor;
        const from = this.#mayGoBy(request) - this.#options.freshMs;
        const to = request.answeredAt;
        const times = skuTimes.get(command.sku);
        const known = this.#auditor.partitions[partition].holds.get(command.holdId);
        if (REFUSALS_OF_NEW.has(code) && known !== undefined && this.#mustKnow(request, known))
            say('a replay gets its hold', `${code}, but ${command.holdId} is ${known.state}`);
        const was = (test) => {
            for (const moment of times?.between(from, to) ?? [])
                if (test(moment))
                    return true;
            return false;
        };
        if (code === 'sold_out' && !was(({ available }) => available < command.quantity))
            say('refusals are true', `sold out, but ${command.quantity} were there all the time`);
        if ((code === 'paused' || code === 'closed') && !was(({ state }) => state === code))
            say('refusals are true', `it was never ${code}`);
        if (code === 'not_open' && !was(({ state }) => state === 'scheduled'))
            say('refusals are true', 'it was open all the time');
        if (code === 'unknown_sku' && times?.beganAfter(from - UNKNOWN_MS) === false && !this.#auditor.hasLoss)
            say('refusals are true', 'the SKU was there all the time');
        if (code === 'buyer_limit')
            this.#overLimit(command, from, to, say);
    }
    /**
     * Since when what was true may be the reason of a refusal. An engine may go by what is lost until it finds out, which the rules
     * of a roll-back hold it to.
     */
    #mayGoBy({ askedAt }) {
        return Math.min(askedAt, this.#auditor.losses[0]?.at ?? askedAt);
    }
    /** Made through this engine, or so long ago that every engine knows of it. */
    #mustKnow(request, hold) {
        return hold.createdAt < request.askedAt - this.#options.freshMs - FOREIGN_SLACK_MS;
    }
    #overLimit({ sku, buyerId, quantity }, from, to, say) {
        let units = 0;
        for (const each of this.#auditor.buyerTimes.get(`${sku}|${buyerId}`)?.between(from, to) ?? [])
            units = Math.max(units, each);
        let limit = Number.POSITIVE_INFINITY;
        for (const { buyerLimit } of this.#auditor.skuTimes.get(sku)?.between(from, to) ?? [])
            if (buyerLimit > 0)
                limit = Math.min(limit, buyerLimit);
        if (units + quantity <= limit)
            say('refusals are true', `${units} of ${limit} are with the buyer`);
    }
}
const ENDED = {
    hold_expired: 'expired',
    hold_released: 'released',
    hold_confirmed: 'confirmed',
};
const REFUSALS_OF_NEW = new Set(['sold_out', 'paused', 'closed', 'not_open', 'buyer_limit']);
//# sourceMappingURL=answer-auditor.js.map