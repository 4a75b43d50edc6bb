import { encodeEvent } from '../../src/events/codec.js';
/** Bytes of events: each is asked for by several engines, and is encoded once. */
const encoded = new WeakMap();
export function bytesOf(event) {
    let bytes = encoded.get(event);
    if (bytes === undefined) {
        bytes = encodeEvent(event);
        encoded.set(event, bytes);
    }
    return bytes;
}
/** The event streams of a stock model, as `RedisEventSource` shows those of Redis. */
export class StreamModel {
    #options;
    constructor(options) {
        this.#options = options;
    }
    async read(requests) {
        await this.#options.reach?.();
        const partitions = this.#options.partitions();
        return requests.map((request) => this.#readOne(partitions[request.partition]?.events ?? [], request));
    }
    async sample(partitions) {
        await this.#options.reach?.();
        const all = this.#options.partitions().slice(0, partitions);
        const { usedBytes, maxBytes } = this.#options.memory?.() ?? { usedBytes: 0, maxBytes: 0 };
        return {
            seqs: Array.from({ length: partitions }, (_, partition) => all[partition]?.seq ?? 0),
            streamEvents: all.reduce((sum, { events }) => sum + events.length, 0) - this.#missing(all),
            now: Math.floor(this.#options.clock()),
            usedBytes,
            maxBytes,
        };
    }
    #missing(all) {
        let missing = 0;
        for (const [partition, seq] of this.#options.missing ?? []) {
            const { events, seq: head } = all[partition] ?? { events: [], seq: 0 };
            if (seq <= head && seq >= (events[0]?.seq ?? Number.POSITIVE_INFINITY))
                missing += 1;
        }
        return missing;
    }
    #readOne(events, { partition, afterSeq, limit }) {
        const answer = [];
        const oldest = events[0]?.seq ?? 0;
        const missing = this.#options.missing?.get(partition);
        for (let index = Math.max(0, afterSeq + 1 - oldest); index < events.length; index += 1) {
            if (answer.length >= limit)
                break;
            const event = events[index];
            if (event.seq === missing)
                continue;
            answer.push({ seq: event.seq, wellFormed: true, bytes: bytesOf(event) });
        }
        return answer;
    }
}
//# sourceMappingURL=stream-model.js.map