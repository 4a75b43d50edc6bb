import { seededRandom } from '../../src/cli/replay/random.js';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Choices that are the same for the same seed and input number, whatever ran before it: any input can be made again alone. */
export class Chance {
    #random;
    constructor(seed, index) {
        this.#random = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
        this.#random();
    }
    /** 0 … limit-1. */
    below(limit) {
        return Math.floor(this.#random() * limit);
    }
    between(low, high) {
        return low + this.below(high - low + 1);
    }
    often(share) {
        return this.#random() < share;
    }
    pick(items) {
        return items[this.below(items.length)];
    }
    bytes(count) {
        return Buffer.from(Array.from({ length: count }, () => this.below(256)));
    }
    /** An identifier as the contract allows it. */
    word(length = 12) {
        let word = '';
        while (word.length < length)
            word += LETTERS[this.below(LETTERS.length)];
        return word;
    }
}
//# sourceMappingURL=chance.js.map