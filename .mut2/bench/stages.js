import { processorTimeOf, processTree, threadTimes } from './processor-time.js';
/** Reads the clocks of every thread of the engine, of Redis and of all of Postgres' processes. */
export class StageClock {
    #stack;
    #shards;
    #before = new Map();
    #names = new Map();
    /** `shards`: SHARDS of the engine. */
    constructor(stack, shards) {
        this.#stack = stack;
        this.#shards = shards;
    }
    /**
     * Finds out which thread is which, after some selling and a drained ledger: besides the main thread, those of the shards
     * and the ledger have then worked most, and the ledger's was started first. V8's and libuv's helpers have done less.
     */
    identify() {
        const { enginePid } = this.#stack;
        const workers = [...threadTimes(enginePid)]
            .filter(([thread]) => thread !== enginePid)
            .sort((a, b) => b[1] - a[1])
            .slice(0, this.#shards + 1)
            .map(([thread]) => thread)
            .sort((a, b) => a - b);
        this.#names = new Map(workers.map((thread, index) => [thread, index === 0 ? 'ledger thread' : 'shard threads']));
        this.#names.set(enginePid, 'gateway (main thread)');
    }
    start() {
        this.#before = this.#read();
    }
    /** Nanoseconds by stage since `start`. */
    stop() {
        return new Map([...this.#read()].map(([name, time]) => [name, time - (this.#before.get(name) ?? 0)]));
    }
    #read() {
        const times = new Map();
        for (const [thread, time] of threadTimes(this.#stack.enginePid)) {
            const name = this.#names.get(thread) ?? 'garbage collector, compiler';
            times.set(name, (times.get(name) ?? 0) + time);
        }
        times.set('redis', processorTimeOf(this.#stack.redisPid));
        let postgres = 0;
        for (const pid of processTree(this.#stack.postgresPid))
            postgres += processorTimeOf(pid);
        times.set('postgres', postgres);
        return times;
    }
}
//# sourceMappingURL=stages.js.map