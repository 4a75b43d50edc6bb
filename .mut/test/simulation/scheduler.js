/** `then` of a settled promise is a microtask at half the cost of `queueMicrotask`. */
const DONE = Promise.resolve();
/**
 * Time and order of one simulation. Time jumps to the next task; between two tasks everything that was promised happens,
 * and nothing else does.
 */
export class Scheduler {
    /** Milliseconds since the simulation began. */
    time = 0;
    tasks = 0;
    #random;
    /** A binary heap, earliest first. */
    #heap = [];
    constructor(random) {
        this.#random = random;
    }
    after(delayMs, run) {
        const task = { at: this.time + Math.max(delayMs, 0), tie: this.#random.next(), run };
        this.#push(task);
        return {
            cancel: () => {
                task.run = undefined;
            },
        };
    }
    pause(milliseconds) {
        return new Promise((resolve) => {
            this.after(milliseconds, resolve);
        });
    }
    /** Runs all tasks up to `until`. Rejects with what a task threw. */
    runUntil(until) {
        return new Promise((resolve, reject) => {
            const step = () => {
                const task = this.#next(until);
                if (task === undefined) {
                    this.time = until;
                    resolve();
                    return;
                }
                this.time = task.at;
                this.tasks += 1;
                try {
                    task.run?.();
                }
                catch (error) {
                    reject(error);
                    return;
                }
                void DONE.then(later);
            };
            // What is put into the queue of ticks by a microtask comes after the last microtask: a turn of the event loop
            // would tell the same, at many times the cost.
            const later = () => process.nextTick(step);
            queueMicrotask(later);
        });
    }
    #next(until) {
        for (;;) {
            const first = this.#heap[0];
            if (first === undefined || first.at > until)
                return undefined;
            this.#pop();
            if (first.run !== undefined)
                return first;
        }
    }
    #push(task) {
        const heap = this.#heap;
        let index = heap.length;
        heap.push(task);
        while (index > 0) {
            const above = (index - 1) >> 1;
            if (!isBefore(task, heap[above]))
                break;
            heap[index] = heap[above];
            index = above;
        }
        heap[index] = task;
    }
    #pop() {
        const heap = this.#heap;
        const last = heap.pop();
        if (heap.length === 0)
            return;
        let index = 0;
        for (;;) {
            let below = 2 * index + 1;
            if (below >= heap.length)
                break;
            if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below]))
                below += 1;
            if (!isBefore(heap[below], last))
                break;
            heap[index] = heap[below];
            index = below;
        }
        heap[index] = last;
    }
}
function isBefore(left, right) {
    return left.at < right.at || (left.at === right.at && left.tie < right.tie);
}
/** Wall clocks count from here: 2026-01-01. */
export const WALL_ORIGIN_MS = 1_767_225_600_000;
/**
 * Something that lives for a while and can be killed or stopped at any moment: an engine's process, a shard's thread. All
 * that happens in it comes through here, so that nothing does after its death.
 */
export class Life {
    #scheduler;
    #wallOffsetMs;
    #parent;
    #isDead = false;
    #stoppedUntil = 0;
    /** What comes due meanwhile happens afterwards in the order it would have had. */
    #deferred = 0;
    constructor(scheduler, wallOffsetMs, parent) {
        this.#scheduler = scheduler;
        this.#wallOffsetMs = wallOffsetMs;
        this.#parent = parent;
    }
    get isDead() {
        return this.#isDead || this.#parent?.isDead === true;
    }
    /** Scheduler time until which it is stopped, as by SIGSTOP. */
    get stoppedUntil() {
        return Math.max(this.#stoppedUntil, this.#parent?.stoppedUntil ?? 0);
    }
    get isStopped() {
        return this.stoppedUntil > this.#scheduler.time;
    }
    now() {
        return Math.floor(WALL_ORIGIN_MS + this.#scheduler.time + this.#wallOffsetMs());
    }
    /** Not from 0: the board takes 0 for "never". */
    monotonic() {
        return 1000 + this.#scheduler.time;
    }
    setTimer(delayMs, task) {
        let handle;
        const run = () => {
            if (this.isDead)
                return;
            const waits = this.stoppedUntil - this.#scheduler.time;
            if (waits > 0) {
                this.#deferred += 1;
                handle = this.#scheduler.after(waits + this.#deferred * 1e-6, run);
            }
            else
                task();
        };
        handle = this.#scheduler.after(delayMs, run);
        return { cancel: () => handle?.cancel() };
    }
    /** What was promised to it; never settles once it is dead. */
    bind(promise) {
        return new Promise((resolve, reject) => {
            const inLife = (task) => {
                if (this.isDead)
                    return;
                if (this.isStopped)
                    this.setTimer(0, task);
                else
                    task();
            };
            promise.then((value) => inLife(() => resolve(value)), (error) => inLife(() => reject(error)));
        });
    }
    kill() {
        this.#isDead = true;
    }
    stop(milliseconds) {
        this.#stoppedUntil = this.#scheduler.time + milliseconds;
    }
}
/** Delivers in the order of sending, however long each takes: a port between threads, a connection. */
export class Channel {
    #scheduler;
    #to;
    #lastAt = 0;
    /** Counts discards: what was sent before the last one does not arrive. */
    #generation = 0;
    constructor(scheduler, to) {
        this.#scheduler = scheduler;
        this.#to = to;
    }
    deliver(delayMs, task) {
        const { time } = this.#scheduler;
        this.#lastAt = Math.max(time + delayMs, this.#lastAt + 1e-6);
        const generation = this.#generation;
        this.#to.setTimer(this.#lastAt - time, () => {
            if (generation === this.#generation)
                task();
        });
    }
    /** What is on its way is lost. */
    discard() {
        this.#generation += 1;
    }
}
//# sourceMappingURL=scheduler.js.map