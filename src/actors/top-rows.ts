/**
 * The rows of the highest scores among all offered; of equal scores the lower row. A heap with the worst kept row at its root, so
 * that the order in which rows are offered does not matter for the time it takes.
 */
export class TopRows {
  readonly #limit: number;
  readonly #rows: number[] = [];
  readonly #scores: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(row: number, score: number): void {
    const size = this.#rows.length;
    if (size < this.#limit) {
      this.#rows.push(row);
      this.#scores.push(score);
      this.#rise(size);
    } else if (size > 0 && this.#isWorse(this.#rows[0]!, this.#scores[0]!, row, score)) {
      this.#rows[0] = row;
      this.#scores[0] = score;
      this.#sink();
    }
  }

  /** The best first. */
  best(): readonly number[] {
    const places = this.#rows.map((_, place) => place);
    places.sort(
      (left, right) => this.#scores[right]! - this.#scores[left]! || this.#rows[left]! - this.#rows[right]!,
    );
    return places.map((place) => this.#rows[place]!);
  }

  #isWorse(row: number, score: number, thanRow: number, thanScore: number): boolean {
    return score < thanScore || (score === thanScore && row > thanRow);
  }

  #isWorseAt(place: number, than: number): boolean {
    return this.#isWorse(this.#rows[place]!, this.#scores[place]!, this.#rows[than]!, this.#scores[than]!);
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#isWorseAt(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#rows.length) return;
      const right = left + 1;
      const worst = right < this.#rows.length && this.#isWorseAt(right, left) ? right : left;
      if (!this.#isWorseAt(worst, place)) return;
      this.#swap(place, worst);
      place = worst;
    }
  }

  #swap(one: number, other: number): void {
    const [row, score] = [this.#rows[one]!, this.#scores[one]!];
    this.#rows[one] = this.#rows[other]!;
    this.#scores[one] = this.#scores[other]!;
    this.#rows[other] = row;
    this.#scores[other] = score;
  }
}
