import { BATCH_BOUNDS, FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
/** What a shard counts about itself; plain numbers, incremented in place. */
export class ShardCounters {
    created = 0;
    confirmed = 0;
    released = 0;
    expired = 0;
    refusedByView = 0;
    overloadedByCommands = 0;
    overloadedByWait = 0;
    resubmitted = 0;
    replicaShortfalls = 0;
    #flushCommands = new FastHistogram(BATCH_BOUNDS);
    #flushSeconds = new FastHistogram(SECONDS_BOUNDS);
    #expiryLatenessSeconds = new FastHistogram(SECONDS_BOUNDS);
    flushed(commands, milliseconds) {
        // Polls alone say nothing of how buyers' commands travel.
        if (commands > 0)
            this.#flushCommands.record(commands);
        this.#flushSeconds.record(milliseconds / 1000);
    }
    swept(latenessMs, expired) {
        this.expired += expired;
        this.#expiryLatenessSeconds.record(latenessMs / 1000);
    }
    snapshot(shard, life, waiting) {
        const { created, confirmed, released, expired } = this;
        const { refusedByView, overloadedByCommands, overloadedByWait, resubmitted, replicaShortfalls } = this;
        return {
            shard,
            life,
            created,
            confirmed,
            released,
            expired,
            refusedByView,
            overloadedByCommands,
            overloadedByWait,
            resubmitted,
            replicaShortfalls,
            waiting,
            flushCommands: this.#flushCommands.snapshot(),
            flushSeconds: this.#flushSeconds.snapshot(),
            expiryLatenessSeconds: this.#expiryLatenessSeconds.snapshot(),
        };
    }
}
//# sourceMappingURL=shard-counters.js.map