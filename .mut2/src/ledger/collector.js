import { CHANGE_WIDTH, CorruptEvent, decodeStoredEvent } from '../events/stored-event.js';
/** Rows of an event before any was seen: high, so that the first read of a long backlog stays small. */
const ROWS_GUESS = 500;
/** Events of a rush have a thousand rows each and may follow on ones that had one: no average of the past foretells that. */
const READ_EVENTS_MAX = 1000;
const READ_GROWTH = 4;
/**
 * Reads the partitions' streams ahead of Postgres and checks that every seq is the last one plus one: whatever Redis did,
 * nothing reaches a transaction out of order. What it read and did not hand out is bounded by about two batches.
 */
export class Collector {
    #source;
    #epoch;
    #batchRows;
    #feeds;
    #onStop;
    #busy;
    #turn = 0;
    constructor(source, options, onStop) {
        this.#source = source;
        this.#epoch = options.epoch;
        this.#batchRows = options.batchRows;
        this.#onStop = onStop;
        this.#busy = options.partitions;
        this.#feeds = Array.from({ length: options.partitions }, (_, partition) => ({
            partition,
            cursor: 0,
            queue: [],
            rowsPerEvent: ROWS_GUESS,
            mayHaveMore: false,
            eventsRead: 0,
            stopped: undefined,
        }));
    }
    get stopped() {
        return this.#feeds.flatMap(({ partition, stopped }) => stopped === undefined ? [] : [{ partition, detail: stopped }]);
    }
    /** Forgets what was read: the next event of each partition is the one after `seqs[partition]`. */
    reset(seqs) {
        for (const feed of this.#feeds) {
            feed.cursor = seqs[feed.partition] ?? 0;
            feed.queue = [];
            feed.mayHaveMore = false;
        }
    }
    /** Reads no more of a partition; what was read of it is forgotten. Tells `onStop` the first time. */
    stop(partition, detail) {
        const feed = this.#feeds[partition];
        if (feed === undefined || feed.stopped !== undefined)
            return;
        feed.queue = [];
        this.#stop(feed, detail);
    }
    /** The next events for one transaction. Rejects with the connection's error; nothing is lost then. */
    async collect() {
        await this.#refill();
        const events = this.#take();
        const more = this.#feeds.some(({ queue, mayHaveMore, stopped }) => queue.length > 0 || (mayHaveMore && stopped === undefined));
        let oldestAt = 0;
        for (const { content } of events) {
            if (content.kind === 'event' && (oldestAt === 0 || content.event.at < oldestAt))
                oldestAt = content.event.at;
        }
        return { events, oldestAt, more };
    }
    async #refill() {
        const hungry = this.#feeds.filter(({ queue, stopped }) => queue.length === 0 && stopped === undefined);
        if (hungry.length === 0)
            return;
        // Whatever was busy last time shares the batch; never fewer than a sixteenth, so that a burst after a quiet
        // time cannot read a whole batch from each of thousands of partitions.
        const sharers = Math.max(this.#busy, this.#feeds.length / 16, 1);
        const share = this.#batchRows / sharers;
        const requests = hungry.map(({ partition, cursor, rowsPerEvent, eventsRead }) => ({
            partition,
            afterSeq: cursor,
            limit: Math.min(READ_EVENTS_MAX, Math.ceil(share / rowsPerEvent), Math.max(Math.ceil(share / ROWS_GUESS), READ_GROWTH * eventsRead)),
        }));
        const answers = (await this.#source.readWhatAnswers?.(requests)) ?? (await this.#source.read(requests));
        let busy = this.#feeds.length - hungry.length;
        for (const [index, feed] of hungry.entries()) {
            const raw = answers[index] ?? [];
            feed.mayHaveMore = raw.length === requests[index].limit;
            if (raw.length === 0)
                continue;
            busy += 1;
            this.#admit(feed, raw);
        }
        this.#busy = busy;
    }
    #admit(feed, raw) {
        let rows = 0;
        for (const entry of raw) {
            const event = this.#checked(feed, entry);
            if (event === undefined)
                break;
            feed.cursor = entry.seq;
            feed.queue.push(event);
            rows += rowsOf(event);
        }
        feed.rowsPerEvent = Math.max(1, rows / raw.length);
        feed.eventsRead = raw.length;
    }
    #checked(feed, entry) {
        const { partition } = feed;
        const expected = feed.cursor + 1;
        if (!entry.wellFormed || entry.seq !== expected) {
            return this.#stop(feed, `event ${entry.seq} follows ${feed.cursor}; ${expected} was expected`);
        }
        try {
            const event = decodeStoredEvent(entry.bytes);
            if (event.epoch !== this.#epoch || event.partition !== partition || event.seq !== expected) {
                const found = `epoch ${event.epoch} partition ${event.partition} seq ${event.seq}`;
                return this.#stop(feed, `the entry ${expected} of epoch ${this.#epoch} says it is ${found}`);
            }
            return { partition, seq: expected, bytes: entry.bytes, content: { kind: 'event', event } };
        }
        catch (error) {
            if (!(error instanceof CorruptEvent))
                throw error;
            const content = { kind: 'corrupt', detail: error.message };
            return { partition, seq: expected, bytes: entry.bytes, content };
        }
    }
    #stop(feed, detail) {
        feed.stopped = detail;
        this.#onStop(feed.partition, feed.cursor, detail);
        return undefined;
    }
    /** One event of each partition in turn, until the batch is full. */
    #take() {
        const waiting = this.#feeds.filter(({ queue }) => queue.length > 0);
        const taken = [];
        const used = waiting.map(() => 0);
        let rows = 0;
        let full = false;
        for (let idle = 0, turn = this.#turn; !full && idle < waiting.length; turn += 1) {
            const index = turn % waiting.length;
            const event = waiting[index].queue[used[index]];
            if (event === undefined) {
                idle += 1;
                continue;
            }
            idle = 0;
            rows += rowsOf(event);
            full = rows > this.#batchRows && taken.length > 0;
            if (full)
                break;
            taken.push(event);
            used[index] += 1;
        }
        this.#turn += 1;
        for (const [index, feed] of waiting.entries())
            feed.queue.splice(0, used[index]);
        return taken;
    }
}
function rowsOf({ content }) {
    return content.kind === 'event' ? content.event.changes.length / CHANGE_WIDTH : 1;
}
//# sourceMappingURL=collector.js.map