/**
 * Tells whether a thread's event loop still turns: the thread counts a shared word up, this looks whether it moves.
 *
 * Counts looks rather than time: after the whole process was stopped for a while (a debugger, a suspended machine) the
 * thread gets its chance to beat again before it is called stuck.
 */
export class Heartbeat {
    buffer = new SharedArrayBuffer(4);
    #word = new Int32Array(this.buffer);
    #looksMax;
    #lastBeat = -1;
    #looksWithoutBeat = 0;
    /** `looksMax`: looks in a row without a beat after which the thread is stuck. */
    constructor(looksMax) {
        this.#looksMax = looksMax;
    }
    /** A new thread begins. */
    reset() {
        this.#looksWithoutBeat = 0;
    }
    /** Looks once; true when the thread is stuck, and then counts anew. */
    isStuck() {
        const beat = Atomics.load(this.#word, 0);
        this.#looksWithoutBeat = beat === this.#lastBeat ? this.#looksWithoutBeat + 1 : 0;
        this.#lastBeat = beat;
        if (this.#looksWithoutBeat < this.#looksMax)
            return false;
        this.#looksWithoutBeat = 0;
        return true;
    }
}
//# sourceMappingURL=heartbeat.js.map