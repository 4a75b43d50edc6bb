import { refused } from '../domain/outcome.js';
const COMPACT_AT = 256;
/**
 * One SKU's stock in memory, with one writer: its shard. It saves Redis work that would fail and decides nothing that
 * matters: what it lets go, the script arbitrates.
 *
 *      settled view: available 10
 *      ├── admitted, unsettled: 7 ──┤── free: 3 ──┤
 *      a hold for 2 goes; one for 5 waits (the 7 may fail); one for 11 is sold out, because holds only take
 */
export class SkuActor {
    partition;
    /** Row on the board; −1 when it has none. */
    row = -1;
    view;
    /** Seq of the partition as of which `view` is true. */
    seq;
    #unsettledUnits = 0;
    #waiting = [];
    #head = 0;
    constructor(partition, view, seq) {
        this.partition = partition;
        this.view = view;
        this.seq = seq;
    }
    get unsettledUnits() {
        return this.#unsettledUnits;
    }
    /** Submissions in the queue, counting those answered meanwhile that have not left it yet. */
    get waiting() {
        return this.#waiting.length - this.#head;
    }
    /** Takes a view if it is at least as new as the present one. Replies and events may come in any order. */
    accept(view, seq) {
        if (seq < this.seq)
            return false;
        this.view = view;
        this.seq = seq;
        return true;
    }
    /** Decides about a hold that just came. Those that must wait are queued behind those that do. */
    admit(submission, conditions) {
        if (this.waiting > 0 && conditions.certain && this.#decide(submission, conditions) === 'go') {
            return 'wait';
        }
        return this.#decide(submission, conditions);
    }
    wait(submission) {
        this.#waiting.push(submission);
    }
    /** Counts an admitted submission's units until `settle`. */
    reserve(submission) {
        submission.admittedBy = this;
        this.#unsettledUnits += submission.quantity;
    }
    settle(submission) {
        if (submission.admittedBy !== this)
            return;
        submission.admittedBy = undefined;
        this.#unsettledUnits -= submission.quantity;
    }
    /**
     * Lets go or refuses those in the queue that no longer need to wait, oldest first; stops at the first that must. `decided`
     * may call `reserve`.
     */
    drain(conditions, decided) {
        while (this.#head < this.#waiting.length) {
            const submission = this.#waiting[this.#head];
            const admission = submission.answered ? undefined : this.#decide(submission, conditions(submission));
            if (admission === 'wait')
                break;
            this.#head += 1;
            if (admission !== undefined)
                decided(submission, admission);
        }
        this.#compact();
    }
    *queue() {
        for (let index = this.#head; index < this.#waiting.length; index += 1)
            yield this.#waiting[index];
    }
    #decide({ quantity }, { certain, now }) {
        if (!certain)
            return 'go';
        const { state, available, opensAt, closesAt } = this.view;
        switch (state) {
            case 'scheduled':
                return opensAt !== 0 && now >= opensAt ? 'go' : refused('not_open', { opensAt });
            case 'paused':
            case 'closed':
                return refused(state);
            case 'open':
                if (closesAt !== 0 && now >= closesAt)
                    return 'go';
                if (available - this.#unsettledUnits >= quantity)
                    return 'go';
                // Unsettled holds can only take: what the settled view does not have, none of them will give.
                return available < quantity ? refused('sold_out', { available }) : 'wait';
        }
    }
    #compact() {
        if (this.#head === this.#waiting.length) {
            this.#waiting = [];
            this.#head = 0;
        }
        else if (this.#head >= COMPACT_AT) {
            this.#waiting.splice(0, this.#head);
            this.#head = 0;
        }
    }
}
//# sourceMappingURL=actor.js.map