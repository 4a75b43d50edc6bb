/** Holds touched by one call: bounded work, so that sweeping a big sale never holds up buyers for long. */
const SWEEP_LIMIT = 1000;
/** Sweeps that may ride in one flush together, for the same reason. */
const SWEEPS_MAX = 4;
const RETRY_MS = 100;
/** Least and most time until the next look; a far deadline is looked at again now and then, because Redis' clock may step. */
const DELAY_MIN_MS = 1;
const DELAY_MAX_MS = 30_000;
/**
 * Pause after a sweep that came too early, doubled with each one in a row: Redis' time may stand still for an hour (its clock was
 * ahead for a moment, and a partition's time never goes back), and without a pause we would ask again every few milliseconds.
 */
const EARLY_PAUSE_MS = 1;
const EARLY_PAUSE_MS_MAX = 1000;
/**
 * Ends holds at their deadline, opens and closes SKUs at theirs, and forgets what ended long ago: sleeps until the next
 * thing is due in Redis time, then sweeps in bounded steps that travel with the flushes. Idle, it does nothing.
 */
export class Sweeper {
    #options;
    #partitions;
    #timer;
    #sweeping = 0;
    /** Monotonic milliseconds the timer is set for. */
    #timerAt = Number.POSITIVE_INFINITY;
    #isClosed = false;
    constructor(options) {
        this.#options = options;
        this.#partitions = new Map(options.owned.map((partition) => [
            partition,
            { partition, at: Number.POSITIVE_INFINITY, isSweeping: false, early: 0, notBefore: 0 },
        ]));
    }
    /** Something is due in `partition` at `at` (Redis time, milliseconds). */
    due(partition, at) {
        const entry = this.#partitions.get(partition);
        if (at >= entry.at)
            return;
        entry.at = at;
        if (!entry.isSweeping)
            this.#arm(this.#remainingMs(entry));
    }
    close() {
        this.#isClosed = true;
        this.#timer?.cancel();
    }
    /** Until the partition's next thing is due, by the partition's time, and its pause is over; infinity when nothing is. */
    #remainingMs({ partition, at, notBefore }) {
        const { clock, redisClocks } = this.#options;
        return Math.max(at - redisClocks.now(partition), notBefore - clock.monotonic());
    }
    #arm(remainingMs) {
        const { clock } = this.#options;
        // One millisecond more: a sweep that comes early finds nothing and has to come again.
        const delay = Math.min(Math.max(Math.ceil(remainingMs) + 1, DELAY_MIN_MS), DELAY_MAX_MS);
        const at = clock.monotonic() + delay;
        if (at >= this.#timerAt || this.#isClosed)
            return;
        this.#timer?.cancel();
        this.#timerAt = at;
        this.#timer = clock.setTimer(delay, this.#wake);
    }
    /** Sweeps what is due, the longest overdue first, and sleeps until the next. */
    #wake = () => {
        this.#timer?.cancel();
        this.#timerAt = Number.POSITIVE_INFINITY;
        const waiting = [...this.#partitions.values()]
            .filter((entry) => !entry.isSweeping && entry.at !== Number.POSITIVE_INFINITY)
            .map((entry) => ({ entry, remainingMs: this.#remainingMs(entry) }));
        waiting.sort((left, right) => left.remainingMs - right.remainingMs);
        for (const { entry, remainingMs } of waiting) {
            if (remainingMs > 0) {
                this.#arm(remainingMs);
                return;
            }
            // The end of one of those under way wakes us again.
            if (this.#sweeping >= SWEEPS_MAX)
                return;
            this.#sweep(entry);
        }
    };
    #sweep(entry) {
        const { shared, retentionMs, enqueue } = this.#options;
        const { partition, at: dueAt } = entry;
        entry.isSweeping = true;
        this.#sweeping += 1;
        enqueue({
            partition,
            body: { operation: 'expire', limit: SWEEP_LIMIT, retentionMs, ledgerSeq: shared.ledgerSeq(partition) },
            settle: (result, times) => this.#settle(entry, dueAt, result, times),
        });
    }
    #settle(entry, dueAt, result, times) {
        entry.isSweeping = false;
        this.#sweeping -= 1;
        if (this.#isClosed)
            return;
        const { redisClocks, swept, reply } = this.#options;
        if (result.kind === 'reply') {
            this.#pauseIfEarly(entry, dueAt, result);
            // Answers come in the order of the calls: this one knows of everything that we were told was due before it.
            entry.at = result.nextDue === 0 ? Number.POSITIVE_INFINITY : result.nextDue;
            if (result.changed)
                swept(Math.max(0, result.now - dueAt), result.expired ?? 0);
            reply(entry.partition, result, times);
        }
        else
            entry.at = redisClocks.now(entry.partition) + RETRY_MS;
        this.#wake();
    }
    #pauseIfEarly(entry, dueAt, { nextDue = 0, now }) {
        const isEarly = nextDue > now && nextDue <= dueAt;
        entry.early = isEarly ? entry.early + 1 : 0;
        const pauseMs = isEarly ? Math.min(EARLY_PAUSE_MS * 2 ** (entry.early - 1), EARLY_PAUSE_MS_MAX) : 0;
        entry.notBefore = this.#options.clock.monotonic() + pauseMs;
    }
}
//# sourceMappingURL=sweeper.js.map