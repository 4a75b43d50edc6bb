const SENTENCES_MAX = 20;

/** What was found after a round. All promises were kept when the three numbers are 0 and `broken` is empty. */
export interface Verdict {
  /** Holds, confirms and releases that were acknowledged and are not there. */
  readonly missing: number;
  /** Units held and sold beyond what there was, over all SKUs and moments. */
  readonly oversold: number;
  /** SKUs whose audit names a difference. */
  readonly auditDifferences: number;
  /** Everything broken, in sentences; the first 20. */
  readonly broken: readonly string[];
}

/** Gathers what is broken. */
export class Findings {
  missing = 0;
  oversold = 0;
  auditDifferences = 0;
  readonly #broken: string[] = [];

  broken(sentence: string): void {
    if (this.#broken.length < SENTENCES_MAX) this.#broken.push(sentence);
  }

  /** An acknowledged thing that is not there. */
  lost(sentence: string): void {
    this.missing += 1;
    this.broken(sentence);
  }

  verdict(): Verdict {
    const { missing, oversold, auditDifferences } = this;
    return { missing, oversold, auditDifferences, broken: this.#broken };
  }
}
