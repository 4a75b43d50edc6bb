/** How a value changed over the simulation, to tell whether it ever was something between two moments. */
export class Timeline {
    #times = [];
    #values = [];
    set(at, value) {
        this.#times.push(at);
        this.#values.push(value);
    }
    /** The value at `from`, and all it became until `to`. */
    *between(from, to) {
        let index = this.#times.length - 1;
        while (index >= 0 && this.#times[index] > to)
            index -= 1;
        while (index >= 0) {
            yield this.#values[index];
            if (this.#times[index] <= from)
                return;
            index -= 1;
        }
    }
    /** Whether it was nothing yet at `from`. */
    beganAfter(from) {
        return this.#times.length === 0 || this.#times[0] > from;
    }
}
//# sourceMappingURL=timeline.js.map