/** How a value changed over the simulation, to tell whether it ever was something between two moments. */
export class Timeline<Value> {
  readonly #times: number[] = [];
  readonly #values: Value[] = [];

  set(at: number, value: Value): void {
    this.#times.push(at);
    this.#values.push(value);
  }

  /** The value at `from`, and all it became until `to`. */
  *between(from: number, to: number): Iterable<Value> {
    let index = this.#times.length - 1;
    while (index >= 0 && this.#times[index]! > to) index -= 1;
    while (index >= 0) {
      yield this.#values[index]!;
      if (this.#times[index]! <= from) return;
      index -= 1;
    }
  }

  /** Whether it was nothing yet at `from`. */
  beganAfter(from: number): boolean {
    return this.#times.length === 0 || this.#times[0]! > from;
  }
}
