/**
 * What time it is in Redis, estimated from the replies: a reply that says `now` was made between our sending and our
 * receiving, so the offset to our monotonic clock lies between `now − received` and `now + 1 − sent`. The estimate moves only
 * as far as each new interval forces it: slow replies (wide intervals) do not spoil it, a stepped Redis clock does move it.
 */
export class RedisClock {
    #clock;
    #offsetMs;
    #sampled = false;
    constructor(clock) {
        this.#clock = clock;
        // Until the first reply the best guess is our own wall clock.
        this.#offsetMs = clock.now() - clock.monotonic();
    }
    /** Redis time, milliseconds since 1970, with fractions. */
    now() {
        return this.#offsetMs + this.#clock.monotonic();
    }
    get isSampled() {
        return this.#sampled;
    }
    /** `redisNow`: what the reply said; the others: our monotonic time when the call left and when the reply came. */
    sample(redisNow, sentAt, receivedAt) {
        const low = redisNow - receivedAt;
        const high = redisNow + 1 - sentAt;
        if (!this.#sampled)
            this.#offsetMs = (low + high) / 2;
        else if (this.#offsetMs < low)
            this.#offsetMs = low;
        else if (this.#offsetMs > high)
            this.#offsetMs = high;
        this.#sampled = true;
    }
}
/**
 * The time in each partition. They differ where Redis' clock stepped back: a partition's time waits at its newest event
 * until the clock has caught up (`lua/library/header.lua`), so a busy one is ahead of a quiet one, and a command must not
 * be given the time of the wrong one. Nodes of a cluster have clocks of their own.
 */
export class RedisClocks {
    #clock;
    #nodes;
    #clocks;
    /** By node, of whichever of its partitions answered last: the best guess for one that has not answered yet. */
    #newest = [];
    #latest;
    constructor(clock, partitions, nodes = {}) {
        this.#clock = clock;
        this.#nodes = nodes;
        this.#clocks = new Map(partitions.map((partition) => [partition, new RedisClock(clock)]));
        this.#latest = this.#newestOf(0);
    }
    /** Time in `partition`, milliseconds since 1970, with fractions. */
    now(partition) {
        const clock = this.#clocks.get(partition);
        return clock?.isSampled ? clock.now() : this.#newestOf(partition).now();
    }
    /** Whether any reply has told the time: until then `now` is a guess by our own wall clock, which may be far off. */
    isKnown(partition) {
        return this.#clocks.get(partition)?.isSampled === true || this.#newestOf(partition).isSampled;
    }
    /** Redis time where it does not matter in which partition, milliseconds. */
    get newest() {
        return this.#latest.now();
    }
    /** A reply of `partition`; see `RedisClock.sample`. */
    sample(partition, redisNow, sentAt, receivedAt) {
        this.#clocks.get(partition)?.sample(redisNow, sentAt, receivedAt);
        this.#latest = this.#newestOf(partition);
        this.#latest.sample(redisNow, sentAt, receivedAt);
    }
    #newestOf(partition) {
        const node = this.#nodes.nodeOf?.(partition) ?? 0;
        while (this.#newest.length <= node)
            this.#newest.push(new RedisClock(this.#clock));
        return this.#newest[node];
    }
}
//# sourceMappingURL=redis-clock.js.map