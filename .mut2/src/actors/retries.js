/** Long enough for a connection to come back, short against a request's budget. */
const PAUSE_MS = 25;
/** Commands whose reply was lost or whose partition is moving, about to be sent again with the same ids. */
export class Retries {
    #clock;
    #enqueue;
    #waiting = [];
    #timer;
    #isClosed = false;
    constructor(clock, enqueue) {
        this.#clock = clock;
        this.#enqueue = enqueue;
    }
    get size() {
        return this.#waiting.length;
    }
    items() {
        return this.#waiting;
    }
    /** False when closed: then nothing is sent again. What it holds is bounded by the mailbox that let it in. */
    add(submission) {
        if (this.#isClosed)
            return false;
        this.#waiting.push(submission);
        this.#timer ??= this.#clock.setTimer(PAUSE_MS, this.#again);
        return true;
    }
    close() {
        this.#isClosed = true;
        this.#timer?.cancel();
    }
    #again = () => {
        this.#timer = undefined;
        const submissions = this.#waiting;
        this.#waiting = [];
        for (const submission of submissions)
            if (!submission.answered)
                this.#enqueue(submission);
    };
}
//# sourceMappingURL=retries.js.map