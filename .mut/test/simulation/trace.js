/**
 * What happened, line by line. Its hash is kept always, because the same seed must give the same one; the lines only when
 * somebody wants to read them, the newest ones of a bounded number otherwise.
 */
export class Trace {
    #hash = 0x811c9dc5;
    #now;
    #print;
    constructor(now, print) {
        this.#now = now;
        this.#print = print;
    }
    get hash() {
        return (this.#hash >>> 0).toString(16).padStart(8, '0');
    }
    /** `mark`: `!` for a fault, `✗` for a broken rule. */
    tell(who, what, mark = ' ') {
        const time = this.#now();
        this.#mix(`${time.toFixed(3)} ${who} ${what}`);
        this.#print?.(`${time.toFixed(1).padStart(9)} ${mark} ${who.padEnd(10)} ${what}`);
    }
    #mix(text) {
        let hash = this.#hash;
        for (let index = 0; index < text.length; index += 1)
            hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
        this.#hash = hash;
    }
}
//# sourceMappingURL=trace.js.map