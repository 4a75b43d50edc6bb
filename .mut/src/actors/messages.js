import { Packr } from 'msgpackr';
const packr = new Packr({ useRecords: false, bundleStrings: true });
/** One buffer of its own: a packed slice shares its buffer with others and cannot be transferred. */
function pack(values) {
    const packed = packr.pack(values);
    const own = new ArrayBuffer(packed.byteLength);
    new Uint8Array(own).set(packed);
    return own;
}
function unpack(buffer) {
    return packr.unpack(new Uint8Array(buffer));
}
const CERTAINLY_NEW = 1;
const RESUBMITTED = 2;
const OTHER_KIND = 4;
/**
 * Commands of one turn of the event loop, flat: `slot, flags, sentAt`, then for a hold its five fields in a row (no
 * field names: it is by far the most frequent), for any other command the command.
 */
export class CommandBatch {
    #values = [];
    get isEmpty() {
        return this.#values.length === 0;
    }
    /** `slot`: what the answer is known by. `sentAt`: monotonic milliseconds. */
    add(slot, command, sentAt, isResubmitted) {
        const flag = isResubmitted ? RESUBMITTED : 0;
        if (command.kind === 'hold') {
            const isNew = command.certainlyNew ? CERTAINLY_NEW : 0;
            const { holdId, sku, buyerId, quantity, actor } = command;
            this.#values.push(slot, flag | isNew, sentAt, holdId, sku, buyerId, quantity, actor);
        }
        else
            this.#values.push(slot, flag | OTHER_KIND, sentAt, command);
    }
    take() {
        const values = this.#values;
        this.#values = [];
        return pack(values);
    }
    clear() {
        this.#values = [];
    }
}
export function readCommands(buffer, take) {
    const values = unpack(buffer);
    for (let at = 0; at < values.length;) {
        const slot = values[at];
        const flags = values[at + 1];
        const sentAt = values[at + 2];
        const isResubmitted = (flags & RESUBMITTED) !== 0;
        if ((flags & OTHER_KIND) !== 0) {
            take(slot, values[at + 3], sentAt, isResubmitted);
            at += 4;
            continue;
        }
        const command = {
            kind: 'hold',
            holdId: values[at + 3],
            sku: values[at + 4],
            buyerId: values[at + 5],
            quantity: values[at + 6],
            actor: values[at + 7],
            certainlyNew: (flags & CERTAINLY_NEW) !== 0,
        };
        take(slot, command, sentAt, isResubmitted);
        at += 8;
    }
}
/** Answers of one turn, flat pairs: `slot` and either the new hold's deadline or an outcome. */
export class AnswerBatch {
    #values = [];
    get isEmpty() {
        return this.#values.length === 0;
    }
    created(slot, expiresAt) {
        this.#values.push(slot, expiresAt);
    }
    add(slot, outcome) {
        this.#values.push(slot, outcome);
    }
    take() {
        const values = this.#values;
        this.#values = [];
        return pack(values);
    }
}
/** `answer`: the deadline of a hold just made (Redis time, milliseconds), or the outcome. */
export function readAnswers(buffer, take) {
    const values = unpack(buffer);
    for (let at = 0; at < values.length; at += 2)
        take(values[at], values[at + 1]);
}
//# sourceMappingURL=messages.js.map