/** Lets everything that was promised so far happen. */
async function settlePromises() {
    await new Promise((resolve) => setImmediate(resolve));
}
/** Time that moves only when a test moves it. Wall clock and monotonic clock go together, from different origins. */
export class ManualClock {
    wallOrigin = 1_700_000_000_000;
    #time = 1000;
    #order = 0;
    #timers = [];
    now() {
        return this.wallOrigin + this.#time;
    }
    monotonic() {
        return this.#time;
    }
    setTimer(delayMs, task) {
        this.#order += 1;
        const timer = { at: this.#time + Math.max(delayMs, 0), order: this.#order, task, isCancelled: false };
        this.#timers.push(timer);
        return {
            cancel: () => {
                timer.isCancelled = true;
            },
        };
    }
    /** Moves on, firing what comes due in order, and letting promises settle after each. */
    async advance(milliseconds) {
        const end = this.#time + milliseconds;
        await settlePromises();
        for (;;) {
            const next = this.#takeNext(end);
            if (next === undefined)
                break;
            this.#time = Math.max(this.#time, next.at);
            next.task();
            await settlePromises();
        }
        this.#time = end;
    }
    #takeNext(end) {
        let best = -1;
        for (let index = 0; index < this.#timers.length; index += 1) {
            const timer = this.#timers[index];
            const first = this.#timers[best];
            if (timer.isCancelled || timer.at > end)
                continue;
            if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
                best = index;
        }
        if (best < 0) {
            for (let index = this.#timers.length - 1; index >= 0; index -= 1) {
                if (this.#timers[index].isCancelled)
                    this.#timers.splice(index, 1);
            }
            return undefined;
        }
        return this.#timers.splice(best, 1)[0];
    }
}
//# sourceMappingURL=manual-clock.js.map