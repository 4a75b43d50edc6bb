import { encodeArguments, KEYS_PER_PARTITION, keysOf } from './encode.js';
/** FCALL, function name, number of keys; the keys; epoch, seq seen, arguments. */
const PARTS = 3 + KEYS_PER_PARTITION + 3;
const LINE_END = '\r\n';
function bulk(text) {
    return `$${Buffer.byteLength(text)}${LINE_END}${text}${LINE_END}`;
}
/**
 * Writes calls as Redis requests into one buffer. Beginning and keys of a request are the same every time and kept; ioredis
 * would measure and join all fourteen parts of each anew, which costs more than everything else of a call with few items.
 */
export class RequestWriter {
    #library;
    #retention;
    #beginnings = new Map();
    #keys = new Map();
    constructor(library, retention) {
        this.#library = library;
        this.#retention = retention;
    }
    /**
     * `asking`: before each call ASKING, for a node that is taking over the slot; that answers once more a call. `replicas`: after
     * all of them WAIT, which answers once more.
     */
    write(calls, asking, replicas) {
        const parts = [];
        for (const call of calls) {
            if (asking)
                parts.push(ASKING);
            const packed = encodeArguments(call, this.#retention);
            const middle = `${bulk(String(call.epoch))}${bulk(String(call.seqSeen))}$${packed.length}${LINE_END}`;
            parts.push(this.#beginningOf(call.operation), this.#keysOf(call.partition));
            parts.push(Buffer.from(middle, 'latin1'), packed, END);
        }
        if (replicas.count > 0)
            parts.push(waitFor(replicas));
        return Buffer.concat(parts);
    }
    #beginningOf(operation) {
        let beginning = this.#beginnings.get(operation);
        if (beginning === undefined) {
            const words = ['FCALL', this.#library.functionName(operation), String(KEYS_PER_PARTITION)];
            beginning = Buffer.from(`*${PARTS}${LINE_END}${words.map(bulk).join('')}`);
            this.#beginnings.set(operation, beginning);
        }
        return beginning;
    }
    #keysOf(partition) {
        let keys = this.#keys.get(partition);
        if (keys === undefined) {
            keys = Buffer.from(keysOf(partition).map(bulk).join(''));
            this.#keys.set(partition, keys);
        }
        return keys;
    }
}
function waitFor({ count, timeoutMs }) {
    return Buffer.from(`*3${LINE_END}${['WAIT', String(count), String(timeoutMs)].map(bulk).join('')}`);
}
const END = Buffer.from(LINE_END);
const ASKING = Buffer.from(`*1${LINE_END}${bulk('ASKING')}`);
//# sourceMappingURL=request.js.map