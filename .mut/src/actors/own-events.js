import { isSameEvent } from '../domain/own-event.js';
import { StopReason } from '../domain/shared-state.js';
/**
 * Events in doubt of one partition, at most: one each time the connection was in doubt and an event had been made since the
 * last time. They are looked for with every poll, so more wait only while calls get through and reads do not.
 */
const DOUBTED_MAX = 64;
/**
 * Looks, after the connection was in doubt, whether what this shard acknowledged is still there. A store that went back is
 * refused by its seq, but only until another engine has written it on that far: then only the event itself tells.
 */
export class OwnEvents {
    #parts;
    /** The newest event that a call of this shard made in each partition. */
    #newest = new Map();
    /**
     * The newest of each time the connection was in doubt, by partition. An older doubt does not cover a newer one: the store may
     * have gone back to between the two. What was made after the last is of the store as it now is, and tells nothing.
     */
    #doubted = new Map();
    #told = new WeakSet();
    #timesReady;
    #isLooking = false;
    constructor(parts) {
        this.#parts = parts;
        this.#timesReady = parts.store.timesReady;
    }
    /** Takes note of how a call ended. */
    observe(partition, result) {
        // Before anything that the store says after it came back.
        this.#doubtAfterReconnect();
        if (result.kind === 'lost' || result.kind === 'not_sent')
            this.#doubtAll();
        else if (result.kind === 'reply' && result.changed) {
            this.#newest.set(partition, { partition, seq: result.seq, at: result.now, skus: result.skus });
        }
    }
    /**
     * Compares what is in doubt with the streams; what cannot be read now is looked at again. Never rejects. One look at a time: a
     * Redis that is slow to answer must not get a queue of them before the calls.
     */
    async check() {
        this.#doubtAfterReconnect();
        if (this.#isLooking)
            return;
        this.#isLooking = true;
        const taken = [...this.#doubted].flatMap(([partition, all]) => all.map((own) => ({ partition, own })));
        // What comes into doubt from here on is looked for again, also where an answer from before that is on its way.
        this.#doubted.clear();
        let canRead = true;
        for (const { partition, own } of taken) {
            const look = canRead ? await this.#look(partition, own) : 'unread';
            canRead = look !== 'unread';
            if (look !== 'told')
                this.#doubt(partition, own);
        }
        this.#isLooking = false;
    }
    /** A connection that broke while nothing was under way, and was there again before the next call: no call tells of it. */
    #doubtAfterReconnect() {
        const { timesReady } = this.#parts.store;
        if (timesReady === this.#timesReady)
            return;
        this.#timesReady = timesReady;
        this.#doubtAll();
    }
    #doubtAll() {
        for (const [partition, own] of this.#newest)
            this.#doubt(partition, own);
    }
    #doubt(partition, own) {
        const doubted = this.#doubted.get(partition) ?? [];
        if (doubted.includes(own))
            return;
        doubted.push(own);
        if (doubted.length > DOUBTED_MAX)
            doubted.shift();
        this.#doubted.set(partition, doubted);
    }
    async #look(partition, own) {
        try {
            const [event] = await this.#parts.events.read(partition, own.seq - 1, 1);
            // None: the store is behind, which its seq tells, until it is written on. A later one: it was trimmed, and so it is in the ledger.
            const isAnother = event?.seq === own.seq && !isSameEvent(event, own);
            if (event === undefined || isAnother)
                this.#tell(own);
            if (isAnother)
                this.#parts.shared.raiseStop(StopReason.StoreRolledBack);
            return event === undefined ? 'behind' : 'told';
        }
        catch {
            return 'unread';
        }
    }
    #tell(own) {
        if (this.#told.has(own))
            return;
        this.#told.add(own);
        const skus = own.skus.map(({ sku, total, available, held, sold, reserved }) => {
            return { sku, total, available, held, sold, reserved };
        });
        this.#parts.lost({ ...own, skus });
    }
}
//# sourceMappingURL=own-events.js.map