const EVENTS_PAGE = 50;
/** Pages read in one go; a partition further behind goes on with the next poll. */
const PAGES_MAX = 200;
/**
 * Keeps views current. Replies to this engine's own calls do most of it: while they find the partition where the cursor is,
 * nobody else wrote. A partition without such a reply is asked for its head every `pollMs`; where another engine wrote,
 * the events between are read.
 */
export class ViewFollower {
    #options;
    /** Partitions with a head on its way or events being read. */
    #busy = new Set();
    #keysReported = new Map();
    #timer;
    #isClosed = false;
    constructor(options) {
        this.#options = options;
    }
    start() {
        this.#poll();
        void this.#options.own.check();
        this.#timer = this.#options.clock.setTimer(this.#options.pollMs, () => this.start());
    }
    close() {
        this.#isClosed = true;
        this.#timer?.cancel();
    }
    #poll() {
        const { clock, pollMs, enqueue } = this.#options;
        const now = clock.monotonic();
        for (const view of this.#options.views) {
            this.#reportKeys(view);
            if (!view.isLoaded || this.#busy.has(view.partition))
                continue;
            if (view.isCurrent(now, pollMs / 2) && view.knewAllKeys(now))
                continue;
            this.#busy.add(view.partition);
            enqueue({
                partition: view.partition,
                body: { operation: 'head' },
                settle: (result, times) => this.#head(view, result, times),
            });
        }
    }
    #head(view, result, times) {
        this.#busy.delete(view.partition);
        if (result.kind !== 'reply' || this.#isClosed)
            return;
        this.#options.intake.reply(view.partition, result, times);
        if (result.nextDue > 0)
            this.#options.due(view.partition, result.nextDue);
        if (!view.isBehind || !view.isLoaded)
            return;
        this.#busy.add(view.partition);
        void this.#readEvents(view, times.sentAt).finally(() => this.#busy.delete(view.partition));
    }
    /**
     * Reads until the cursor is where the newest of our own replies found the partition, and not only where the head did:
     * a busy engine makes events while it reads, and would otherwise be behind for ever.
     */
    async #readEvents(view, sentAt) {
        const { shared, events: source, intake } = this.#options;
        for (let page = 0; page < PAGES_MAX; page += 1) {
            if (view.cursor >= shared.seqSeen(view.partition)) {
                view.catchUp(view.cursor, sentAt);
                view.stamp(this.#options.clock.monotonic());
                return;
            }
            let events;
            try {
                events = await source.read(view.partition, view.cursor, EVENTS_PAGE);
            }
            catch {
                return; // The next poll tries again.
            }
            if (this.#isClosed)
                return;
            // Our own replies may have moved the cursor while the events were on their way.
            const fresh = events.filter((event) => event.seq > view.cursor);
            if (fresh.length === 0 && events.length > 0)
                continue;
            // Also an entry missing within a page: going on over it would leave its changes out of the views for good.
            const isContiguous = fresh.every((event, index) => event.seq === view.cursor + 1 + index);
            if (fresh.length === 0 || !isContiguous) {
                await this.#options.reload(view);
                return;
            }
            intake.events(view.partition, fresh);
            this.#options.changed();
        }
    }
    #reportKeys(view) {
        if (!view.isWarm || view.isBehind || this.#keysReported.get(view.partition) === view.cursor)
            return;
        this.#keysReported.set(view.partition, view.cursor);
        this.#options.outlet.keysKnown(view.partition, view.cursor);
    }
}
//# sourceMappingURL=view-follower.js.map