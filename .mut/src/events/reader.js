import { decodeEvent } from './codec.js';
/** The stream of a partition's events; the key is part of the stored format (`lua/README.md`). */
export function eventsKey(partition) {
    return `{p${partition}}:events`;
}
export function metaKey(partition) {
    return `{p${partition}}:meta`;
}
/** Events of one partition after `afterSeq`, oldest first. Rejects with `CorruptEvent` or the connection's error. */
export async function readEvents(streams, partition, afterSeq, limit) {
    const [raw = []] = await readRawEvents(streams, [{ partition, afterSeq, limit }]);
    return raw.map((entry) => decodeEvent(entry.bytes));
}
/** The same for many partitions in one round trip, not decoded. Rejects when any of the reads failed. */
export async function readRawEvents(streams, requests) {
    const answers = await readEach(nodesOf(streams), requests);
    return answers.map((answer) => {
        if (answer instanceof Error)
            throw answer;
        return answer;
    });
}
/** Partitions whose slot moved meanwhile are looked for once more; what else went wrong is answered in their place. */
async function readEach(nodes, requests) {
    const answers = await readOnce(nodes, requests);
    const moved = requests.filter((_, index) => isMoved(answers[index]));
    if (moved.length === 0)
        return answers;
    await nodes.refresh().catch(() => undefined);
    const again = (await readOnce(nodes, moved)).values();
    return answers.map((answer) => (isMoved(answer) ? again.next().value : answer));
}
async function readOnce(nodes, requests) {
    const answers = new Array(requests.length);
    const byNode = new Map();
    for (const [index, { partition }] of requests.entries()) {
        const redis = nodes.redisOf(partition);
        byNode.set(redis, [...(byNode.get(redis) ?? []), index]);
    }
    const readFrom = async ([redis, indexes]) => {
        const pipeline = redis.pipeline();
        for (const index of indexes) {
            const { partition, afterSeq, limit } = requests[index];
            pipeline.xrangeBuffer(eventsKey(partition), `(${afterSeq}-0`, '+', 'COUNT', limit);
        }
        const { count: wanted = 0, timeoutMs = 0 } = nodes.replicas ?? {};
        if (wanted > 0)
            pipeline.wait(wanted, timeoutMs);
        const replies = (await pipeline.exec()) ?? [];
        const found = wanted === 0 ? 0 : Number(replies.at(-1)?.[1] ?? 0);
        const short = found < wanted ? new Error(`${found} of ${wanted} replicas have the events`) : null;
        for (const [place, index] of indexes.entries()) {
            const [error, entries] = replies[place] ?? [new Error('no answer')];
            answers[index] = error ?? short ?? entries.map(rawEvent);
        }
    };
    await Promise.all([...byNode].map(readFrom));
    return answers;
}
function isMoved(answer) {
    return answer instanceof Error && answer.message.startsWith('MOVED');
}
function rawEvent([id, fields]) {
    const [milliseconds = '', sequence = ''] = id.toString('latin1').split('-');
    return { seq: Number(milliseconds), wellFormed: sequence === '0', bytes: fields[1] ?? Buffer.alloc(0) };
}
function nodesOf(streams) {
    if ('clients' in streams)
        return streams;
    return { clients: () => [streams], redisOf: () => streams, refresh: async () => undefined };
}
export class RedisEventSource {
    #nodes;
    constructor(streams) {
        this.#nodes = nodesOf(streams);
    }
    read(requests) {
        return readRawEvents(this.#nodes, requests);
    }
    async readWhatAnswers(requests) {
        const clients = this.#nodes.clients();
        if (clients.length <= 1)
            return await this.read(requests);
        const answers = await readEach(this.#nodes, requests);
        const failure = answers.find((answer) => answer instanceof Error);
        const someAnswer = answers.some((answer) => !(answer instanceof Error)) || clients.some(isConnected);
        if (failure instanceof Error && !someAnswer)
            throw failure;
        return answers.map((answer) => (answer instanceof Error ? [] : answer));
    }
    async sample(partitions) {
        const byNode = new Map(this.#nodes.clients().map((redis) => [redis, []]));
        for (let partition = 0; partition < partitions; partition += 1) {
            const redis = this.#nodes.redisOf(partition);
            byNode.set(redis, [...(byNode.get(redis) ?? []), partition]);
        }
        const asked = [...byNode].map(([redis, owned]) => sampleNode(redis, owned));
        const outcomes = await Promise.allSettled(asked);
        const samples = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        if (samples.length === 0)
            throw outcomes[0].reason;
        const fullest = samples.reduce((left, right) => (fillOf(right) > fillOf(left) ? right : left));
        const seqs = new Map(samples.flatMap((sample) => [...sample.seqs]));
        // Elsewhere now, or its node is down: the next look may find it.
        if (seqs.size < partitions)
            void this.#nodes.refresh().catch(() => undefined);
        return {
            seqs: Array.from({ length: partitions }, (_, partition) => seqs.get(partition)),
            streamEvents: samples.reduce((sum, { streamEvents }) => sum + streamEvents, 0),
            now: Math.max(...samples.map(({ now }) => now)),
            usedBytes: fullest.usedBytes,
            maxBytes: fullest.maxBytes,
        };
    }
}
async function sampleNode(redis, partitions) {
    const pipeline = redis.pipeline().time().info('memory');
    for (const partition of partitions)
        pipeline.hget(metaKey(partition), 'seq').xlen(eventsKey(partition));
    const [time, info, ...heads] = (await pipeline.exec()) ?? [];
    if (time === undefined || time[0] !== null)
        throw time?.[0] ?? new Error('no answer');
    const [seconds, microseconds] = time[1];
    const memory = String(info?.[0] ? '' : info?.[1]);
    const seqs = new Map();
    let streamEvents = 0;
    for (const [place, partition] of partitions.entries()) {
        const [seqError, seq] = heads[2 * place];
        const [lengthError, length] = heads[2 * place + 1];
        const error = seqError ?? lengthError;
        // Elsewhere now, or on its way: not known for the moment.
        if (error !== null && /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)/.test(error.message))
            continue;
        if (error !== null)
            throw error;
        seqs.set(partition, Number(seq ?? 0));
        streamEvents += Number(length);
    }
    return {
        seqs,
        streamEvents,
        now: Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000),
        usedBytes: numberIn(memory, /^used_memory:(\d+)/m),
        maxBytes: numberIn(memory, /^maxmemory:(\d+)/m),
    };
}
function fillOf({ usedBytes, maxBytes }) {
    return maxBytes === 0 ? 0 : usedBytes / maxBytes;
}
function isConnected({ status }) {
    return status === 'ready';
}
function numberIn(text, pattern) {
    return Number(pattern.exec(text)?.[1] ?? 0);
}
//# sourceMappingURL=reader.js.map