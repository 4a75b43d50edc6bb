import { StopReason } from '../domain/shared-state.js';
const LOOK_MS = 100;
/** How often, in looks, Postgres is asked what other engines saw. */
const LOOKS_A_QUESTION = 10;
/** Lost events that wait to be kept, at most; the oldest go first. One is enough to tell of its partition. */
const LOST_MAX = 1024;
/**
 * When any thread of this engine finds that the stock store went back, this says so, and keeps in Postgres how far the store had
 * come, and the events that it does not have any more: else a restart, which knows only what the ledger had already, would sell
 * again what was acknowledged. The seq tells it of a store that is still behind, the events of one that was written on since. The other way
 * round it stops this engine when another one has kept that: the store may have been written on meanwhile, and then nothing else
 * shows this engine that something is gone.
 */
export class RollBackWitness {
    #parts;
    #lost = [];
    #areSeqsKept = false;
    #timer;
    #isStopped = false;
    #looks = 0;
    constructor(parts) {
        this.#parts = parts;
        this.#lookLater();
    }
    /** An event of this engine is not in the store. It is kept once it is certain that the store went back, and as soon as it can be. */
    lost(event) {
        this.#lost.push(event);
        if (this.#lost.length > LOST_MAX)
            this.#lost.shift();
    }
    stop() {
        this.#isStopped = true;
        this.#timer?.cancel();
    }
    #lookLater() {
        if (!this.#isStopped)
            this.#timer = this.#parts.clock.setTimer(LOOK_MS, () => void this.#look());
    }
    async #look() {
        const { shared } = this.#parts;
        if (!shared.hasStop(StopReason.StoreRolledBack))
            await this.#askOthers();
        // Neither waits for the other: each of them alone may be what keeps a restarted engine from selling.
        if (shared.hasStop(StopReason.StoreRolledBack))
            await Promise.all([this.#keepLost(), this.#keepSeqs()]);
        this.#lookLater();
    }
    async #keepSeqs() {
        if (this.#areSeqsKept)
            return;
        const { shared, partitions, keep, logger } = this.#parts;
        const seqs = Array.from({ length: partitions }, (_, partition) => shared.seqSeen(partition));
        try {
            await keep(seqs);
            this.#areSeqsKept = true;
            logger.fatal({ code: 'store_rolled_back' }, 'Redis lost acknowledged writes: nothing is sold, also after a restart, until it has its newest append-only file again or `npm run recover` was run');
        }
        catch (error) {
            // Postgres is away: looked at again.
            logger.debug({ dependency: 'postgres', error }, 'How far Redis had come could not be kept yet');
        }
    }
    async #keepLost() {
        const events = [...this.#lost];
        if (events.length === 0)
            return;
        const { keepLost, logger } = this.#parts;
        try {
            await keepLost(events);
            // Others may have come meanwhile.
            this.#lost = this.#lost.filter((event) => !events.includes(event));
        }
        catch (error) {
            logger.debug({ dependency: 'postgres', error }, 'What Redis lost could not be kept yet');
        }
    }
    async #askOthers() {
        this.#looks += 1;
        if (this.#looks % LOOKS_A_QUESTION !== 0)
            return;
        const { shared, kept, keptBefore, logger } = this.#parts;
        try {
            const { seqs, lostEvents } = await kept();
            const isFurther = seqs.some((seq, partition) => seq > (keptBefore.seqs[partition] ?? 0));
            if (!isFurther && lostEvents <= keptBefore.lostEvents)
                return;
            shared.raiseStop(StopReason.StoreRolledBack);
            logger.fatal({ code: 'store_rolled_back' }, 'Another engine found that Redis lost acknowledged writes');
        }
        catch (error) {
            logger.debug({ dependency: 'postgres', error }, 'What other engines saw of Redis could not be read');
        }
    }
}
//# sourceMappingURL=roll-back.js.map