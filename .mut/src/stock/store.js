import { ClusterCalls } from './cluster-calls.js';
import { StockNodes } from './cluster-nodes.js';
import { decodeAnswer } from './decode.js';
import { classifyError, isFunctionMissing } from './errors.js';
import { initialisePartitions } from './initialise.js';
import { buildLibrary, loadLibrary } from './library.js';
import { sendRequests } from './pipeline.js';
import { RequestWriter } from './request.js';
/** The stock store on Redis: each call is one FCALL, all calls of one `execute` for one node are one write. */
export class RedisStockStore {
    nodes;
    #library;
    #requests;
    #cluster;
    #replicaShortfalls = 0;
    constructor(options) {
        this.nodes = new StockNodes(options);
        this.#library = options.library ?? buildLibrary();
        this.#requests = new RequestWriter(this.#library, { adjustmentMs: options.adjustmentRetentionMs });
        this.#cluster = new ClusterCalls(this.nodes, {
            send: (node, calls, asking) => this.#send(node, calls, asking),
            resultOf,
            reload: (node) => this.#reload(node),
        });
    }
    get state() {
        return this.nodes.state;
    }
    /** To the one node, or the first of a cluster's: for what is the same everywhere. */
    get connection() {
        return this.nodes.first.connection;
    }
    get replicaShortfalls() {
        return this.#replicaShortfalls;
    }
    get timesReady() {
        return this.nodes.timesReady;
    }
    nodeOf(partition) {
        return this.nodes.nodeOf(partition);
    }
    /** Connects and loads the function library, on every node. Rejects when one cannot be reached or refuses the library. */
    async open() {
        await this.nodes.connect();
        const nodes = this.nodes.nodes();
        await Promise.all(nodes.map(({ connection }) => loadLibrary(connection.redis, this.#library)));
    }
    /** Looks at, and where allowed makes, every partition; see `initialisePartitions`. Call after `open`. */
    async initialise(request) {
        return await initialisePartitions(this.nodes, this.#library, request);
    }
    async close() {
        this.nodes.close();
    }
    async execute(calls) {
        if (calls.length === 0)
            return [];
        const node = this.nodes.single;
        if (node === undefined)
            return await this.#cluster.execute(calls);
        if (!node.connection.isReady) {
            const { state } = node.connection;
            const reason = 'reason' in state ? state.reason : 'the stock store is not connected';
            return calls.map(() => ({ kind: 'not_sent', reason }));
        }
        const replies = await this.#send(node, calls, false);
        const results = new Array(calls.length);
        let missing;
        for (let index = 0; index < calls.length; index += 1) {
            const reply = replies[index];
            results[index] = resultOf(calls[index], reply);
            if (reply instanceof Error && isFunctionMissing(reply)) {
                missing ??= [];
                missing.push(index);
            }
        }
        return missing === undefined ? results : await this.#repeatWithLibrary(node, calls, results, missing);
    }
    /** The calls that found no library certainly did nothing: loads it and makes them once more. */
    async #repeatWithLibrary(node, calls, results, missing) {
        const failure = await this.#reload(node);
        const again = missing.map((index) => calls[index]);
        const replies = failure === undefined ? await this.#send(node, again, false) : [];
        for (const [position, index] of missing.entries()) {
            results[index] = failure ?? resultOf(calls[index], replies[position]);
        }
        return results;
    }
    async #reload(node) {
        try {
            await loadLibrary(node.connection.redis, this.#library);
            return undefined;
        }
        catch (error) {
            const failure = classifyError(error);
            // Loading may or may not have happened; the calls did not.
            return failure.kind === 'lost' ? { kind: 'not_sent', reason: failure.reason } : failure;
        }
    }
    /** All calls in one write. */
    async #send(node, calls, asking) {
        const { connection } = node;
        const { replicas } = this.nodes;
        const count = (asking ? calls.length * 2 : calls.length) + (replicas.count > 0 ? 1 : 0);
        const requests = this.#requests.write(calls, asking, replicas);
        const replies = await sendRequests(connection.redis, requests, count);
        connection.silence = replies.find(isUnanswered)?.message ?? '';
        const answers = asking ? calls.map((_, index) => replies[index * 2 + 1]) : replies;
        return replicas.count > 0 ? this.#replicated(connection, answers, replies.at(-1), calls.length) : answers;
    }
    /** What too few replicas have may be lost with the primary: whatever it answered, nobody may count on it. */
    #replicated(connection, answers, waited, count) {
        const wanted = this.nodes.replicas.count;
        const found = typeof waited === 'number' ? waited : 0;
        if (found >= wanted) {
            connection.shortage = '';
            return answers.slice(0, count);
        }
        const why = waited instanceof Error ? ` (${waited.message})` : '';
        connection.shortage = `${found} of ${wanted} replicas have what was written${why}`;
        this.#replicaShortfalls += 1;
        const short = new Error(connection.shortage);
        return answers.slice(0, count).map((answer) => (answer instanceof Error ? answer : short));
    }
}
/** Whether it is no word of Redis, but of the client that waited for one. */
function isUnanswered(reply) {
    return reply instanceof Error && reply.name !== 'ReplyError';
}
function resultOf(call, reply) {
    if (reply instanceof Error)
        return classifyError(reply);
    try {
        return decodeAnswer(call, reply);
    }
    catch (error) {
        // It ran, but what it did cannot be read: neither done nor undone.
        return { kind: 'lost', reason: `unreadable answer: ${error.message}` };
    }
}
//# sourceMappingURL=store.js.map