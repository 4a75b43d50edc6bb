/** Requests not answered yet, and whether the gateway is leaving. One for both listeners. */
export class InFlight {
    #count = 0;
    #entered = 0;
    #isDraining = false;
    #waiting = [];
    get count() {
        return this.#count;
    }
    /** Answers close their connection from here on. */
    get isDraining() {
        return this.#isDraining;
    }
    drain() {
        this.#isDraining = true;
    }
    /** Requests there have been in all. */
    get entered() {
        return this.#entered;
    }
    enter() {
        this.#count += 1;
        this.#entered += 1;
    }
    leave() {
        this.#count -= 1;
        if (this.#count > 0 || this.#waiting.length === 0)
            return;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const done of waiting)
            done();
    }
    /** Resolves when nothing is in flight. */
    idle() {
        if (this.#count === 0)
            return Promise.resolve();
        return new Promise((resolve) => this.#waiting.push(resolve));
    }
}
//# sourceMappingURL=in-flight.js.map