import { outcomeUnknown, unavailable } from './resolution.js';
import { isRead } from './submission.js';
/** A command that was with this many threads when they died is given to no other: it may be what kills them. */
const THREADS_MAX = 2;
/** The commands a shard thread owes an answer to, by slot. Slots are reused, so that answers name small numbers. */
export class PendingCommands {
    #slots = [];
    #free = [];
    #size = 0;
    get size() {
        return this.#size;
    }
    /** `hasThread`: whether it is given to a thread now; otherwise the next one takes it from `orphans`. */
    add(command, reply, sentAt, hasThread) {
        const slot = this.#free.pop() ?? this.#slots.length;
        this.#slots[slot] = { command, reply, sentAt, threads: hasThread ? 1 : 0 };
        this.#size += 1;
        return slot;
    }
    /** `answer`: the deadline of a hold just made, or the outcome. */
    answer(slot, answer) {
        const pending = this.#slots[slot];
        if (pending === undefined)
            return;
        this.#remove(slot);
        pending.reply?.(typeof answer === 'number' ? created(pending.command, answer) : answer);
    }
    /** Answers those sent before `limit` for the thread, which did not in time. */
    answerLate(limit) {
        for (const pending of this.#slots) {
            if (pending?.reply === undefined || pending.sentAt > limit)
                continue;
            const { reply } = pending;
            pending.reply = undefined;
            reply(lateOutcome(pending));
        }
    }
    /** The thread died: those its callers still wait for, to be given to the next one. */
    *orphans() {
        for (let slot = 0; slot < this.#slots.length; slot += 1) {
            const pending = this.#slots[slot];
            if (pending === undefined)
                continue;
            const { command, reply, sentAt, threads } = pending;
            if (reply === undefined)
                this.#remove(slot);
            else if (threads >= THREADS_MAX) {
                this.#remove(slot);
                reply(lateOutcome(pending));
            }
            else {
                pending.threads += 1;
                yield { slot, command, sentAt, wasPosted: threads > 0 };
            }
        }
    }
    #remove(slot) {
        this.#slots[slot] = undefined;
        this.#free.push(slot);
        this.#size -= 1;
    }
}
function created(command, expiresAt) {
    const { holdId, sku, buyerId, quantity } = command;
    const hold = { state: 'held', holdId, sku, buyerId, quantity, expiresAt };
    return { kind: 'hold', hold, replayed: false };
}
function lateOutcome({ command, threads }) {
    if (isRead(command) || threads === 0)
        return unavailable('The part that keeps this SKU is being restarted');
    return outcomeUnknown('holdId' in command ? command.holdId : '');
}
//# sourceMappingURL=pending-commands.js.map