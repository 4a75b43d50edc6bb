import { LANES, singleCall } from './submission.js';
/** Most items in one call, by the function library's bound; and most in one flush, so that none waits too long for its own. */
const CALL_ITEMS_MAX = 1000;
const FLUSH_ITEMS_MAX = 4000;
/**
 * A second flush may be under way when so much has gathered that it is worth its own fsync. Then Redis has the next one at hand
 * while this thread reads, answers and gathers: 14 % more holds on two cores. Fewer commands wait for the first to return.
 */
const FLUSHES_MAX = 2;
const SECOND_FLUSH_COMMANDS = 64;
/** And so many for each partition that has some: a call costs Redis as much as eight holds in it. */
const SECOND_FLUSH_COMMANDS_A_PARTITION = 8;
const NEVER_SENT = { kind: 'lost', reason: 'the stock store threw' };
class PartitionQueue {
    partition;
    lanes = new Map(LANES.map((lane) => [lane, []]));
    engineCalls = [];
    isDirty = false;
    constructor(partition) {
        this.partition = partition;
    }
    isEmpty() {
        if (this.engineCalls.length > 0)
            return false;
        for (const items of this.lanes.values())
            if (items.length > 0)
                return false;
        return true;
    }
}
/**
 * The gate to one Redis node. While a flush is in flight, what comes gathers, and leaves together when it returns or when it is
 * enough for a flush of its own:
 *
 *     this thread   ▕ send B ▏answer A, read, gather C ▕ send C ▏answer B, …
 *     Redis         ▕ B: call by call, one fsync       ▕ C …
 *
 * No timer: an idle engine adds no delay, a busy one pays one round trip and one fsync for a hundred holds. Calls on one
 * connection are done and answered in the order they were sent.
 */
export class GroupCommit {
    #options;
    #queues = new Map();
    #dirty = [];
    #queued = 0;
    /** Flushes under way, oldest first. */
    #flushes = [];
    #isScheduled = false;
    constructor(options) {
        this.#options = options;
    }
    /** Commands that wait for a flush. */
    get queued() {
        return this.#queued;
    }
    /** Commands in the flushes under way. */
    get inFlight() {
        let commands = 0;
        for (const flush of this.#flushes)
            commands += flush.commands;
        return commands;
    }
    enqueue(submission) {
        const queue = this.#queueOf(submission.partition);
        queue.lanes.get(submission.lane).push(submission);
        this.#queued += 1;
        this.#wake(queue);
    }
    enqueueEngineCall(call) {
        const queue = this.#queueOf(call.partition);
        queue.engineCalls.push(call);
        this.#wake(queue);
    }
    *itemsInFlight() {
        for (const { settlers } of this.#flushes) {
            for (const settler of settlers)
                if ('items' in settler)
                    yield* settler.items;
        }
    }
    *itemsQueued() {
        for (const queue of this.#dirty)
            for (const items of queue.lanes.values())
                yield* items;
    }
    #queueOf(partition) {
        let queue = this.#queues.get(partition);
        if (queue === undefined) {
            queue = new PartitionQueue(partition);
            this.#queues.set(partition, queue);
        }
        return queue;
    }
    #wake(queue) {
        if (!queue.isDirty) {
            queue.isDirty = true;
            this.#dirty.push(queue);
        }
        if (this.#isScheduled || !this.#mayLeave())
            return;
        this.#isScheduled = true;
        this.#options.soon(this.#start);
    }
    #start = () => {
        this.#isScheduled = false;
        if (this.#mayLeave())
            this.#send();
    };
    #mayLeave() {
        const underWay = this.#flushes.length;
        if (underWay === 0)
            return true;
        const worthIt = Math.max(SECOND_FLUSH_COMMANDS, SECOND_FLUSH_COMMANDS_A_PARTITION * this.#dirty.length);
        return underWay < FLUSHES_MAX && this.#queued >= worthIt;
    }
    #send() {
        let flush = this.#gather();
        // All that was taken may have run out of time while it waited: what did not fit behind it must not wait for more to come.
        while (flush.calls.length === 0 && this.#dirty.length > 0)
            flush = this.#gather();
        if (flush.calls.length === 0)
            return;
        this.#flushes.push(flush);
        const sentAt = this.#options.clock.monotonic();
        this.#options.store.execute(flush.calls).then((results) => this.#receive(flush, results, sentAt), () => this.#receive(flush, [], sentAt));
    }
    #receive(flush, results, sentAt) {
        const times = { sentAt, receivedAt: this.#options.clock.monotonic() };
        // What gathered leaves first: Redis works on it while this thread answers, which takes about as long.
        this.#flushes.splice(this.#flushes.indexOf(flush), 1);
        if (this.#mayLeave())
            this.#send();
        const { settlers } = flush;
        for (let index = 0; index < settlers.length; index += 1) {
            const settler = settlers[index];
            const result = results[index] ?? NEVER_SENT;
            if ('items' in settler)
                this.#options.settle(settler, result, times);
            else
                settler.settle(result, times);
        }
        this.#options.flushed(flush.commands, times);
        // Answers may have let go what waited for them.
        if (this.#mayLeave())
            this.#send();
    }
    /** Takes what fits one flush. A partition that did not fit is the first of the next. */
    #gather() {
        const flush = { calls: [], settlers: [], commands: 0 };
        const left = [];
        for (const queue of this.#dirty) {
            this.#takeEngineCalls(queue, flush);
            for (const lane of LANES)
                this.#takeLane(queue, lane, flush);
            queue.isDirty = !queue.isEmpty();
            if (queue.isDirty)
                left.push(queue);
        }
        this.#dirty = left;
        return flush;
    }
    #takeEngineCalls(queue, flush) {
        if (queue.engineCalls.length === 0)
            return;
        const calls = queue.engineCalls;
        queue.engineCalls = [];
        for (const call of calls)
            this.#add(flush, queue.partition, call.body, call);
    }
    #takeLane(queue, lane, flush) {
        const waiting = queue.lanes.get(lane);
        const room = FLUSH_ITEMS_MAX - flush.commands;
        if (waiting.length === 0 || room <= 0)
            return;
        const taken = waiting.length <= room ? waiting : waiting.splice(0, room);
        if (taken === waiting)
            queue.lanes.set(lane, []);
        this.#queued -= taken.length;
        // Those answered while they waited (out of time) must not happen after all.
        const items = taken.some(isAnswered) ? taken.filter((item) => !isAnswered(item)) : taken;
        flush.commands += items.length;
        const size = lane === 'single' ? 1 : CALL_ITEMS_MAX;
        for (let start = 0; start < items.length; start += size) {
            const part = items.length <= size ? items : items.slice(start, start + size);
            this.#add(flush, queue.partition, bodyOf(lane, part), {
                partition: queue.partition,
                lane,
                items: part,
            });
        }
    }
    #add(flush, partition, body, settler) {
        const { epoch, seqSeen } = this.#options;
        flush.calls.push({ partition, epoch, seqSeen: seqSeen(partition), ...body });
        flush.settlers.push(settler);
    }
}
function isAnswered(submission) {
    return submission.answered;
}
function bodyOf(lane, items) {
    switch (lane) {
        case 'hold':
        case 'confirm':
        case 'release':
            return { operation: lane, items };
        case 'read_holds':
            return { operation: lane, holdIds: items.map((item) => item.holdId) };
        case 'read_skus':
            return { operation: lane, skus: items.map((item) => item.sku) };
        case 'single':
            return singleCall(items[0]);
    }
}
//# sourceMappingURL=group-commit.js.map