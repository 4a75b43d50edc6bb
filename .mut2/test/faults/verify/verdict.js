const SENTENCES_MAX = 20;
/** Gathers what is broken. */
export class Findings {
    missing = 0;
    oversold = 0;
    auditDifferences = 0;
    #broken = [];
    broken(sentence) {
        if (this.#broken.length < SENTENCES_MAX)
            this.#broken.push(sentence);
    }
    /** An acknowledged thing that is not there. */
    lost(sentence) {
        this.missing += 1;
        this.broken(sentence);
    }
    verdict() {
        const { missing, oversold, auditDifferences } = this;
        return { missing, oversold, auditDifferences, broken: this.#broken };
    }
}
//# sourceMappingURL=verdict.js.map