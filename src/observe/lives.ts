/**
 * Adds up counters of parts that die and start again from zero. Each source is a thread (a shard, the ledger writer); its
 * `life` goes up with every restart. What earlier lives had counted is kept, so that a total never goes backwards.
 */
interface Source {
  life: number;
  /** Sum over the lives before this one. */
  earlier: readonly number[];
  /** What this life said last. */
  latest: readonly number[];
}

export class CountersOverLives {
  readonly #width: number;
  readonly #sources = new Map<number, Source>();

  /** `width`: how many counters a source has. */
  constructor(width: number) {
    this.#width = width;
  }

  /** `counters` in a fixed order. A report of a life that is over already is dropped: its successor may have spoken. */
  report(source: number, life: number, counters: readonly number[]): void {
    if (counters.length !== this.#width) {
      throw new RangeError(`source ${source} reported ${counters.length} counters, not ${this.#width}`);
    }
    const known = this.#sources.get(source);
    if (known === undefined) {
      this.#sources.set(source, { life, earlier: this.#zeros(), latest: counters });
    } else if (life > known.life) {
      this.#sources.set(source, { life, earlier: sum(known.earlier, known.latest), latest: counters });
    } else if (life === known.life) {
      known.latest = counters;
    }
  }

  /** Totals over all sources and lives, in the order of the reports. */
  totals(): readonly number[] {
    let totals: readonly number[] = this.#zeros();
    for (const source of this.#sources.values()) totals = sum(totals, sum(source.earlier, source.latest));
    return totals;
  }

  #zeros(): readonly number[] {
    return new Array<number>(this.#width).fill(0);
  }
}

function sum(left: readonly number[], right: readonly number[]): readonly number[] {
  return left.map((value, index) => value + right[index]!);
}
