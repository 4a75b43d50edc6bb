import { STOCK_FORMAT } from '../../src/stock/encode.js';
import { StockModel } from '../stock/model.js';
import { WALL_ORIGIN_MS } from './scheduler.js';
const READS = new Set(['head', 'page_skus', 'page_holds', 'read_skus']);
/** The functions that are not `allow-oom` (`lua/operations/`) and not reads. */
const NEEDS_MEMORY = new Set(['hold', 'define', 'patch', 'adjust']);
const EVERY_SECOND_MS = 1000;
/**
 * One Redis: the stock model behind a single thread, an append-only file that is synced before anything is answered, and a
 * clock of its own. It can be killed, lose its unsynced tail, be restored from an older file, or emptied.
 */
export class SimulatedRedis {
    /** Added to the true time; steps both ways. */
    clockOffsetMs = 0;
    isOutOfMemory = false;
    usedBytes = 40;
    /** Entries taken from the streams behind everybody's back: partition → seq. */
    missing = new Map();
    /** Counts starts: what was under way in another one is lost. */
    life = 0;
    isUp = true;
    #options;
    #data;
    #busyUntil = 0;
    /** While the log is played again it is the time of its entries. */
    #replayClock;
    #disconnected = new Set();
    constructor(options) {
        this.#options = options;
        if (!options.isDurable)
            this.#syncEverySecond();
    }
    /** Whether what was answered is on disk. */
    get isDurable() {
        return this.#options.isDurable;
    }
    /** TIME of Redis, whole milliseconds since 1970. */
    clock = () => this.#replayClock ?? Math.floor(WALL_ORIGIN_MS + this.#options.scheduler.time + this.clockOffsetMs);
    get model() {
        return this.#data?.model;
    }
    /** Seq of each partition; 0 where nothing is. */
    seqs() {
        return Array.from({ length: this.#options.partitions }, (_, at) => this.model?.partitions[at]?.seq ?? 0);
    }
    /** Called when a restart breaks all connections; answers how to forget the listener. */
    onDisconnect(listener) {
        this.#disconnected.add(listener);
        return () => this.#disconnected.delete(listener);
    }
    /**
     * A request has arrived: it waits for those before it and for the disk, is done at once, and answered when what it did, and
     * all it may have seen, is on disk.
     */
    serve(work, answer) {
        const { scheduler, random, isDurable } = this.#options;
        const { life } = this;
        const isSame = () => this.isUp && this.life === life;
        const startsIn = Math.max(0, this.#busyUntil - scheduler.time) + random.between(0, 0.05);
        this.#busyUntil = scheduler.time + startsIn;
        scheduler.after(startsIn, () => {
            if (!isSame())
                return;
            const before = this.#data?.log.length ?? 0;
            const value = work();
            const wrote = (this.#data?.log.length ?? 0) > before;
            const syncMs = wrote && isDurable ? this.#options.syncMs() : 0;
            this.#busyUntil = Math.max(this.#busyUntil, scheduler.time + syncMs);
            if (!wrote || !isDurable) {
                answer(value);
                return;
            }
            scheduler.after(syncMs, () => {
                if (!isSame())
                    return;
                this.#sync();
                answer(value);
            });
        });
    }
    /** What `execute` of the function library does, now. */
    run(call, engine) {
        const { observer } = this.#options;
        const data = this.#data;
        if (data === undefined)
            return { kind: 'rolled_back', seq: 0 };
        if (this.isOutOfMemory && NEEDS_MEMORY.has(call.operation))
            return { kind: 'out_of_memory' };
        const partition = data.model.partitions[call.partition];
        const seqBefore = partition.seq;
        const clock = this.clock();
        const result = data.model.run(call);
        if (result.kind === 'reply' && !READS.has(call.operation))
            data.log.push({ call: frozen(call), clock });
        const made = partition.seq > seqBefore ? partition.events.at(-1) : undefined;
        observer.executed(call, result, engine, made);
        return result;
    }
    /** As the function library's `initialise` does for every partition. */
    initialise(epoch, partitions, mayCreate) {
        const created = this.#data === undefined && mayCreate;
        if (created)
            this.#data = this.#make(epoch, this.clock());
        const data = this.#data;
        return Array.from({ length: partitions }, (_, partition) => {
            const found = data?.model.partitions[partition];
            if (found === undefined)
                return { kind: 'absent', partition };
            const { seq } = found;
            const common = { partitions: this.#options.partitions, format: STOCK_FORMAT, created };
            return { kind: 'present', partition, epoch: found.epoch, seq, ...common };
        });
    }
    /** Ends the process. Unless `keepsTail`, what is not on disk is gone, as after a power cut. */
    kill(keepsTail) {
        this.isUp = false;
        this.life += 1;
        this.#busyUntil = 0;
        const data = this.#data;
        if (data !== undefined && !keepsTail && data.synced < data.log.length)
            this.#restore(data.synced, !this.#options.isDurable);
        for (const listener of [...this.#disconnected])
            listener();
    }
    start() {
        this.isUp = true;
        if (this.#data !== undefined)
            this.#data.synced = this.#data.log.length;
    }
    /** How many entries the log has: a file copied now has so many. */
    get logLength() {
        return this.#data?.log.length ?? 0;
    }
    /** While it is down: the file of an earlier moment is put in the place of the present one, or nothing at all. */
    putBack(logLength) {
        if (logLength !== undefined) {
            if (logLength < this.logLength)
                this.#restore(logLength, true);
            return;
        }
        if (this.#data === undefined)
            return;
        this.#data = undefined;
        this.#options.observer.wentBack(this.seqs(), true);
    }
    #restore(length, lostAnswered) {
        const { epoch, madeAt, log } = this.#data;
        const data = this.#make(epoch, madeAt);
        for (const entry of log.slice(0, length)) {
            this.#replayClock = entry.clock;
            data.model.run(entry.call);
            data.log.push(entry);
        }
        this.#replayClock = undefined;
        data.synced = length;
        this.#data = data;
        this.#options.observer.wentBack(this.seqs(), lostAnswered);
    }
    #make(epoch, madeAt) {
        const { partitions, adjustmentRetentionMs } = this.#options;
        this.#replayClock = madeAt;
        const model = new StockModel({ clock: this.clock, epoch, partitions, adjustmentRetentionMs });
        this.#replayClock = undefined;
        return { model, epoch, madeAt, log: [], synced: 0 };
    }
    #sync() {
        if (this.#data !== undefined)
            this.#data.synced = this.#data.log.length;
    }
    #syncEverySecond() {
        this.#options.scheduler.after(EVERY_SECOND_MS, () => {
            if (this.isUp)
                this.#sync();
            this.#syncEverySecond();
        });
    }
}
/** The items of a call are the engine's own live objects: what the log keeps must not change with them. */
function frozen(call) {
    if (!('items' in call))
        return call;
    return { ...call, items: call.items.map((item) => ({ ...item })) };
}
//# sourceMappingURL=simulated-redis.js.map