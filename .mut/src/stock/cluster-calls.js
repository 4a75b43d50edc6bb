import { hostOf, parseRedirection } from './cluster-slots.js';
import { isFunctionMissing } from './errors.js';
/** Redirections one call follows before it is left to its caller: a map that changes under every step is not worth chasing. */
const HOPS_MAX = 5;
/**
 * Makes calls on the nodes that have their partitions, one write a node. MOVED, ASK and a missing library say that a call
 * certainly did not happen: it goes on to where they point, a bounded number of times. What was written to a connection that
 * broke is never sent again here.
 */
export class ClusterCalls {
    #nodes;
    #parts;
    constructor(nodes, parts) {
        this.#nodes = nodes;
        this.#parts = parts;
    }
    async execute(calls) {
        const results = new Array(calls.length);
        let legs = calls.map(({ partition }, index) => ({
            index,
            node: this.#nodes.find(partition),
            asking: false,
        }));
        for (let hop = 0; hop < HOPS_MAX && legs.length > 0; hop += 1) {
            const left = await Promise.all(groups(legs).map((group) => this.#deliver(calls, group, results)));
            legs = left.flat();
        }
        const reason = 'the partition is moving between nodes';
        for (const { index } of legs)
            results[index] = { kind: 'not_sent', reason, passing: true };
        return results;
    }
    /** Answers the legs that go on elsewhere; all others have their result. */
    async #deliver(calls, legs, results) {
        const { node, asking } = legs[0];
        const refusal = node === undefined ? this.#nowhere() : refusalOf(node);
        if (node === undefined || refusal !== undefined) {
            for (const { index } of legs)
                results[index] = refusal;
            return [];
        }
        const replies = await this.#parts.send(node, legs.map(({ index }) => calls[index]), asking);
        const onward = [];
        const missing = [];
        for (const [position, leg] of legs.entries()) {
            const reply = replies[position];
            const next = reply instanceof Error ? this.#redirected(leg, node, reply) : undefined;
            if (next !== undefined)
                onward.push(next);
            else if (reply instanceof Error && isFunctionMissing(reply))
                missing.push(leg);
            else
                results[leg.index] = this.#parts.resultOf(calls[leg.index], reply);
        }
        if (missing.length === 0)
            return onward;
        const failure = await this.#parts.reload(node);
        if (failure === undefined)
            return [...onward, ...missing];
        for (const { index } of missing)
            results[index] = failure;
        return onward;
    }
    #redirected(leg, from, error) {
        const redirection = parseRedirection(error.message, hostOf(from.address));
        if (redirection === undefined)
            return undefined;
        return {
            index: leg.index,
            node: this.#nodes.redirect(redirection),
            asking: redirection.kind === 'ask',
        };
    }
    #nowhere() {
        const { state } = this.#nodes;
        if (state.state === 'down')
            return { kind: 'not_sent', reason: state.reason };
        void this.#nodes.refresh().catch(() => undefined);
        return { kind: 'not_sent', reason: 'no node has the partition yet', passing: true };
    }
}
/** One that was only just heard of connects in a moment; any other that is not ready is down. */
function refusalOf({ connection, address }) {
    if (connection.isReady)
        return undefined;
    const { state } = connection;
    if (state.state === 'down')
        return { kind: 'not_sent', reason: `${address} is down: ${state.reason}` };
    return { kind: 'not_sent', reason: `${address} is not connected yet`, passing: true };
}
function groups(legs) {
    const byPlace = new Map();
    for (const leg of legs) {
        const place = `${leg.node?.address} ${leg.asking}`;
        const group = byPlace.get(place);
        if (group === undefined)
            byPlace.set(place, [leg]);
        else
            group.push(leg);
    }
    return [...byPlace.values()];
}
//# sourceMappingURL=cluster-calls.js.map