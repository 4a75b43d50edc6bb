/**
 * What the engine's threads tell each other without messages: numbers in a `SharedArrayBuffer`, made by the main thread
 * and handed to every worker. Each number has one writer.
 */
const COLUMNS = 2;
const SEQ_SEEN = 0;
const LEDGER_SEQ = 1;
export class SharedState {
    buffer;
    #partitions;
    #engine;
    constructor(partitions, buffer) {
        const bytes = partitions * COLUMNS * BigInt64Array.BYTES_PER_ELEMENT;
        this.buffer = buffer ?? new SharedArrayBuffer(bytes + 64);
        this.#partitions = new BigInt64Array(this.buffer, 0, partitions * COLUMNS);
        this.#engine = new Int32Array(this.buffer, bytes, 16);
    }
    /** Highest seq of the partition this engine has seen; outlives a shard. Written by the partition's shard. */
    seqSeen(partition) {
        return Number(Atomics.load(this.#partitions, partition * COLUMNS + SEQ_SEEN));
    }
    raiseSeqSeen(partition, seq) {
        if (seq > this.seqSeen(partition))
            Atomics.store(this.#partitions, partition * COLUMNS + SEQ_SEEN, BigInt(seq));
    }
    /** Seq up to which Postgres has the partition. Written by the ledger thread. */
    ledgerSeq(partition) {
        return Number(Atomics.load(this.#partitions, partition * COLUMNS + LEDGER_SEQ));
    }
    setLedgerSeq(partition, seq) {
        Atomics.store(this.#partitions, partition * COLUMNS + LEDGER_SEQ, BigInt(seq));
    }
    /** How busy the buying path is, 0 … 1000 thousandths of its thread. Written by the main thread. */
    get pressure() {
        return Atomics.load(this.#engine, 0);
    }
    set pressure(permille) {
        Atomics.store(this.#engine, 0, permille);
    }
    /** Why nothing new may be held, as a bit set. Written by every thread (bitwise or / and). */
    get stops() {
        return Atomics.load(this.#engine, 1);
    }
    raiseStop(stop) {
        Atomics.or(this.#engine, 1, stop);
    }
    clearStop(stop) {
        Atomics.and(this.#engine, 1, ~stop);
    }
    hasStop(stop) {
        return (this.stops & stop) !== 0;
    }
}
export const StopReason = {
    /** The stock store lost acknowledged writes: answers `store_rolled_back` until an operator recovers. */
    StoreRolledBack: 1,
    /** Redis' memory is nearly full, as a rule of events not written to Postgres yet: new holds answer `unavailable`. */
    LedgerTooFarBehind: 2,
};
//# sourceMappingURL=shared-state.js.map