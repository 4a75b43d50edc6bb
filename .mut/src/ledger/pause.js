/** A wait that something more urgent can end. One waiter at a time. */
export class Pause {
    #clock;
    #end;
    constructor(clock) {
        this.#clock = clock;
    }
    wait(delayMs) {
        return new Promise((resolve) => {
            const timer = this.#clock.setTimer(delayMs, () => this.wake());
            this.#end = () => {
                timer.cancel();
                resolve();
            };
        });
    }
    wake() {
        const end = this.#end;
        this.#end = undefined;
        end?.();
    }
}
//# sourceMappingURL=pause.js.map