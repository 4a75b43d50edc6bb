import { fingerprintOf } from '../domain/hold-id.js';
import { keysOf } from './intake.js';
const SKUS_PAGE = 1000;
/** Small: a page of holds rides in a flush together with buyers' commands. */
const HOLDS_PAGE = 500;
const EVENTS_PAGE = 50;
const RETRY_MS = 100;
/**
 * Brings a partition's SKUs and the keys of its holds into memory: at start, and when its stream was trimmed further than we
 * had read. Buyers are served meanwhile; they are only asked of Redis more often.
 */
export class Loader {
    #options;
    /** Keys are scanned one partition at a time: see `HOLDS_PAGE`. */
    #keysTurn = Promise.resolve();
    #isClosed = false;
    constructor(options) {
        this.#options = options;
    }
    /** Resolves when all SKUs are there; the keys follow on their own. Repeats until it succeeds or the loader is closed. */
    async load(view) {
        view.reset();
        let cursor = '0';
        do {
            const answer = await this.#ask(view.partition, { operation: 'page_skus', cursor, count: SKUS_PAGE });
            if (answer === undefined)
                return;
            const [reply, times] = answer;
            // Later pages, replies and events are newer than the first page: from here on the cursor can be kept.
            if (view.cursor < 0)
                view.cursor = reply.seq;
            this.#options.intake.reply(view.partition, reply, times);
            cursor = reply.cursor;
        } while (cursor !== '0');
        view.isLoaded = true;
        const { loads } = view;
        this.#keysTurn = this.#keysTurn.then(() => this.#loadKeys(view, loads));
    }
    close() {
        this.#isClosed = true;
    }
    async #loadKeys(view, loads) {
        if (view.loads !== loads)
            return;
        const known = this.#options.keysKnown.get(view.partition);
        const isCaughtUp = known !== undefined && (await this.#loadKeysSince(view, known));
        if (!isCaughtUp)
            await this.#scanKeys(view);
        if (!this.#isClosed && view.loads === loads)
            view.isWarm = true;
    }
    /** From the events since an earlier life; false when they are not all there any more. */
    async #loadKeysSince({ partition, cursor }, known) {
        try {
            for (let after = known; after < cursor;) {
                const events = await this.#options.events.read(partition, after, EVENTS_PAGE);
                if (events[0]?.seq !== after + 1)
                    return false;
                this.#options.intake.keys(partition, keysOf(events));
                after += events.length;
            }
            return true;
        }
        catch {
            // The scan asks the store itself, and goes on asking.
            return false;
        }
    }
    async #scanKeys({ partition }) {
        let cursor = '0';
        do {
            const answer = await this.#ask(partition, { operation: 'page_holds', cursor, count: HOLDS_PAGE });
            if (answer === undefined)
                return;
            const [reply] = answer;
            this.#options.intake.keys(partition, reply.holds.map((hold) => fingerprintOf(hold.holdId)));
            cursor = reply.cursor;
        } while (cursor !== '0');
    }
    /** Asks until the store answers; undefined once the loader is closed. */
    async #ask(partition, body) {
        for (;;) {
            const [result, times] = await this.#call(partition, body);
            if (this.#isClosed)
                return undefined;
            if (result !== undefined)
                return [result, times];
            await new Promise((resolve) => {
                this.#options.clock.setTimer(RETRY_MS, resolve);
            });
        }
    }
    /** The reply, or undefined where the store did not answer. */
    #call(partition, body) {
        return new Promise((resolve) => {
            this.#options.enqueue({
                partition,
                body,
                settle: (result, times) => resolve([result.kind === 'reply' ? result : undefined, times]),
            });
        });
    }
}
//# sourceMappingURL=loader.js.map