/**
 * Where a scan of a partition is. A cursor means something only to the server that gave it: at another one, to which the partition
 * has moved or failed over, or which was away, it leaves items out without a word. Then the scan has to begin anew; what it was
 * given before may be kept, for a scan may give an item twice anyway.
 */
export class ScanPlace {
  readonly #placeOf: () => number;
  #place = 0;
  #isFirst = true;
  /** How often the scan began anew. */
  restarts = 0;

  /** `placeOf`: `StockStore.placeOf` of the partition. */
  constructor(placeOf: () => number) {
    this.#placeOf = placeOf;
  }

  /** Whether the newest page is one to go on from; without a further one the scan is then complete. */
  get isWhole(): boolean {
    return !this.#isFirst;
  }

  /** Asks for one page. Answers it, or nothing: then the scan begins anew, with the first page. */
  async page<T>(ask: () => Promise<T>): Promise<T | undefined> {
    const before = this.#placeOf();
    const page = await ask();
    // Others may make calls of the partition meanwhile, so that both sides of the call are looked at.
    const isSame = this.#placeOf() === before && (this.#isFirst || before === this.#place);
    this.#isFirst = !isSame;
    this.#place = before;
    if (isSame) return page;
    this.restarts += 1;
    return undefined;
  }
}
