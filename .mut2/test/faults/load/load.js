import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Counters, Timeline } from './counts.js';
import { Journal } from './journal.js';
const ENTRY = new URL('./worker.js', import.meta.url);
/** The client's thread. One for all rounds, so that its code is compiled once. */
export class LoadThread {
    #worker = new Worker(ENTRY, { name: 'load' });
    begin(options) {
        return new Load(this.#worker, options);
    }
    async close() {
        await this.#worker.terminate();
    }
}
/** A load under way. */
export class Load {
    timeline = new Timeline();
    #counters = new Counters();
    #worker;
    constructor(worker, options) {
        this.#worker = worker;
        this.#post({ kind: 'begin', options, counters: this.#counters.buffer, timeline: this.timeline.buffer });
    }
    /** As of now. */
    counts() {
        return this.#counters.read();
    }
    /** Ends it: no new holds, and everything unknown is asked again until it is known, `resolveMs` at most. */
    async stop(resolveMs) {
        const answer = once(this.#worker, 'message');
        this.#post({ kind: 'stop', resolveMs });
        const [{ buffers, length, keyPrefix, violations, unresolved }] = await answer;
        return {
            journal: new Journal(keyPrefix, buffers, length),
            counts: this.counts(),
            violations,
            unresolved,
        };
    }
    #post(message) {
        this.#worker.postMessage(message);
    }
}
//# sourceMappingURL=load.js.map