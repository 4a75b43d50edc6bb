/** A token bucket for each credential; credentials come from the configuration, so there are few. */
export class RateLimit {
    #perSecond;
    #clock;
    #buckets = new Map();
    /** `perSecond`: requests a second, and the most that may come at once; 0 is no limit. */
    constructor(perSecond, clock) {
        this.#perSecond = perSecond;
        this.#clock = clock;
    }
    get perSecond() {
        return this.#perSecond;
    }
    /** Seconds until a request of this credential may pass; 0 when this one may, and then it is counted. */
    take(credential) {
        if (this.#perSecond === 0)
            return 0;
        const now = this.#clock.monotonic();
        let bucket = this.#buckets.get(credential);
        if (bucket === undefined) {
            bucket = { tokens: this.#perSecond, filledAt: now };
            this.#buckets.set(credential, bucket);
        }
        const refill = ((now - bucket.filledAt) * this.#perSecond) / 1000;
        bucket.tokens = Math.min(this.#perSecond, bucket.tokens + refill);
        bucket.filledAt = now;
        if (bucket.tokens < 1)
            return (1 - bucket.tokens) / this.#perSecond;
        bucket.tokens -= 1;
        return 0;
    }
}
//# sourceMappingURL=rate-limit.js.map