import { codeAt } from '../domain/code-at.js';
/** A fresh chunk; what does not fit goes on in a larger one. */
const CHUNK_BYTES = 64 * 1024;
const UTF8_BYTES_MAX = 3;
/**
 * Writes the few kinds of MessagePack that columns of holds are made of: arrays, texts and numbers. The general packer looks a method
 * up for every character of a short text (see `codeAt`): 0.7 µs more a hold. Source: the MessagePack specification.
 */
export class MessagePackWriter {
    #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    #start = 0;
    #at = 0;
    /** What was written since the last `take`. The bytes stay as they are for as long as the answer is kept. */
    take() {
        const taken = this.#buffer.subarray(this.#start, this.#at);
        this.#start = this.#at;
        return taken;
    }
    /** The header of an array: `length` values must follow. */
    array(length) {
        this.#reserve(5);
        if (length < 16)
            this.#byte(0x90 | length);
        else if (length < 0x10000)
            this.#head16(0xdc, length);
        else
            this.#head32(0xdd, length);
    }
    texts(values) {
        this.array(values.length);
        for (let index = 0; index < values.length; index += 1)
            this.text(values[index]);
    }
    numbers(values) {
        this.array(values.length);
        for (let index = 0; index < values.length; index += 1)
            this.number(values[index]);
    }
    text(value) {
        const { length } = value;
        this.#reserve(5 + length * UTF8_BYTES_MAX);
        const before = this.#at;
        this.#textHead(length);
        const buffer = this.#buffer;
        let at = this.#at;
        for (let index = 0; index < length; index += 1) {
            const code = codeAt(value, index);
            if (code > 0x7f) {
                this.#at = before;
                this.#encodedText(value);
                return;
            }
            buffer[at] = code;
            at += 1;
        }
        this.#at = at;
    }
    /** Whole numbers up to 2^32 in their shortest form, all others as doubles. */
    number(value) {
        this.#reserve(9);
        if (value >= 0 && value <= 0xffffffff && Number.isInteger(value)) {
            if (value < 0x80)
                this.#byte(value);
            else if (value < 0x100)
                this.#head8(0xcc, value);
            else if (value < 0x10000)
                this.#head16(0xcd, value);
            else
                this.#head32(0xce, value);
        }
        else {
            this.#byte(0xcb);
            this.#at = this.#buffer.writeDoubleBE(value, this.#at);
        }
    }
    /** Not ASCII: how many bytes it takes is only known when it is encoded. */
    #encodedText(value) {
        this.#textHead(Buffer.byteLength(value));
        this.#at += this.#buffer.write(value, this.#at, 'utf8');
    }
    #textHead(bytes) {
        if (bytes < 32)
            this.#byte(0xa0 | bytes);
        else if (bytes < 0x100)
            this.#head8(0xd9, bytes);
        else if (bytes < 0x10000)
            this.#head16(0xda, bytes);
        else
            this.#head32(0xdb, bytes);
    }
    #byte(value) {
        this.#buffer[this.#at] = value;
        this.#at += 1;
    }
    #head8(kind, value) {
        this.#byte(kind);
        this.#byte(value);
    }
    #head16(kind, value) {
        this.#head8(kind, value >>> 8);
        this.#byte(value & 0xff);
    }
    #head32(kind, value) {
        this.#head16(kind, value >>> 16);
        this.#byte((value >>> 8) & 0xff);
        this.#byte(value & 0xff);
    }
    /** Room for `bytes` more. What was taken stays in the old chunk; what is being written moves along. */
    #reserve(bytes) {
        if (this.#at + bytes <= this.#buffer.length)
            return;
        const written = this.#at - this.#start;
        const larger = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, 2 * (written + bytes)));
        this.#buffer.copy(larger, 0, this.#start, this.#at);
        this.#buffer = larger;
        this.#start = 0;
        this.#at = written;
    }
}
//# sourceMappingURL=message-pack.js.map