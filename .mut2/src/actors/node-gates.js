import { GroupCommit } from './group-commit.js';
/**
 * One gate for each node of the stock store, so that a slow or absent node holds up nothing on the others. What waits in a gate
 * while its partition moves to another node leaves with that gate's next flush: the store knows where to send it.
 */
export class NodeGates {
    #options;
    #store;
    #gates = [];
    constructor(options) {
        this.#options = options;
        this.#store = options.store;
    }
    /** Commands that wait for a flush. */
    get queued() {
        let commands = 0;
        for (const gate of this.#gates)
            commands += gate.queued;
        return commands;
    }
    /** Commands in the flushes under way. */
    get inFlight() {
        let commands = 0;
        for (const gate of this.#gates)
            commands += gate.inFlight;
        return commands;
    }
    enqueue(submission) {
        this.#gateOf(submission.partition).enqueue(submission);
    }
    enqueueEngineCall(call) {
        this.#gateOf(call.partition).enqueueEngineCall(call);
    }
    *itemsInFlight() {
        for (const gate of this.#gates)
            yield* gate.itemsInFlight();
    }
    *itemsQueued() {
        for (const gate of this.#gates)
            yield* gate.itemsQueued();
    }
    #gateOf(partition) {
        const node = this.#store.nodeOf?.(partition) ?? 0;
        return this.#gates[node] ?? this.#open(node);
    }
    /** Numbers of nodes are small and reused, so gates are few; those before this one are opened with it. */
    #open(node) {
        const { flushed } = this.#options;
        while (this.#gates.length <= node) {
            this.#gates.push(new GroupCommit({
                ...this.#options,
                flushed: (commands, times) => flushed(commands, times, this.#atWork()),
            }));
        }
        return this.#gates[node];
    }
    #atWork() {
        let atWork = 1;
        for (const gate of this.#gates)
            if (gate.inFlight > 0)
                atWork += 1;
        return Math.min(atWork, this.#gates.length);
    }
}
//# sourceMappingURL=node-gates.js.map