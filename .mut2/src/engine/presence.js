import { randomUUID } from 'node:crypto';
import { StopReason } from '../domain/shared-state.js';
import { raiseAcknowledged } from '../ledger/deployment.js';
import { leaveEngine, registerEngine, testify, touchEngine } from '../ledger/engines.js';
import { isSuperseded } from '../ledger/recovery.js';
const TOUCH_MS = 1000;
const SKUS_PAGE = 1000;
/** What Postgres knows of this engine: that it may acknowledge something, what it saw if the store was lost, that it left. */
export class EnginePresence {
    #parts;
    #engine = randomUUID();
    #isRegistered = false;
    #timer;
    #supersede = () => undefined;
    /** Resolves when a recovery is done and engines of a newer epoch may sell: this one never will again. */
    superseded = new Promise((resolve) => {
        this.#supersede = resolve;
    });
    constructor(parts) {
        this.#parts = parts;
    }
    /** Before anything is sold. Not for an engine that found the store rolled back: it has seen nothing and sells nothing. */
    async register() {
        await registerEngine(this.#parts.pool, this.#engine, this.#parts.epoch);
        this.#isRegistered = true;
    }
    /** Begins to tell that it is alive, and to ask whether its epoch is over. */
    start() {
        this.#timer = this.#parts.clock.setTimer(TOUCH_MS, () => void this.#look());
    }
    stop() {
        this.#timer?.cancel();
        this.#timer = undefined;
    }
    /** Keeps what this engine saw of a store that rolled back. Rejects when it cannot be kept now. */
    async testify(seqs) {
        const { pool, epoch } = this.#parts;
        if (!this.#isRegistered)
            return raiseAcknowledged(pool, epoch, seqs);
        await testify(pool, { engine: this.#engine, epoch, seqs, pages: this.#pages() });
    }
    /** Says that everything this engine saw is in the ledger, where that is so. */
    async leave() {
        const { pool, shared, partitions } = this.#parts;
        if (!this.#isRegistered || shared.hasStop(StopReason.StoreRolledBack))
            return;
        for (let partition = 0; partition < partitions; partition += 1) {
            if (shared.ledgerSeq(partition) < shared.seqSeen(partition))
                return;
        }
        await leaveEngine(pool, this.#engine);
    }
    async #look() {
        const { pool, epoch, shared, seesStore } = this.#parts;
        const isRolledBack = shared.hasStop(StopReason.StoreRolledBack);
        try {
            await touchEngine(pool, this.#engine, !isRolledBack && seesStore());
            if (isRolledBack && (await isSuperseded(pool, epoch)))
                this.#supersede();
        }
        catch {
            // Postgres is away: the ledger's thread says so.
        }
        if (this.#timer !== undefined)
            this.start();
    }
    /** Every SKU as this engine saw it last. A shard that was started again has seen nothing: then there is no testimony. */
    async *#pages() {
        const { actors, shardLives } = this.#parts;
        const lives = shardLives();
        let after = '';
        for (;;) {
            const { items } = await actors.listSkus({ limit: SKUS_PAGE, after });
            if (lives === undefined || shardLives() !== lives)
                throw new Error('a shard has lost what it saw');
            if (items.length > 0)
                yield items;
            if (items.length < SKUS_PAGE)
                return;
            after = items.at(-1).sku;
        }
    }
}
//# sourceMappingURL=presence.js.map