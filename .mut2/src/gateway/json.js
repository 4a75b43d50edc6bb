/**
 * A strict JSON reader for what people send: unlike `JSON.parse` it notices a member given twice (two parties that pick a
 * different one disagree about the request), keeps a number as it was written (`1e1` and `1.0` are no unit counts), says
 * where it stopped, and bounds the depth. Used where the fast decoder gives up and for all rare requests.
 */
export class JsonNumber {
    text;
    constructor(text) {
        this.text = text;
    }
}
export class JsonObject {
    members = new Map();
    /** Names given more than once. */
    repeated = new Set();
}
const DEPTH_MAX = 16;
const NUMBER_PATTERN = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES = {
    '"': '"',
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
};
class JsonSyntaxError extends Error {
}
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Never throws. */
export function parseJson(body) {
    if (body.length === 0)
        return { ok: false, detail: 'a JSON object is needed, the body is empty' };
    let text;
    try {
        text = utf8.decode(body);
    }
    catch {
        return { ok: false, detail: 'the body is not UTF-8' };
    }
    try {
        return { ok: true, value: new Reader(text).document() };
    }
    catch (error) {
        if (error instanceof JsonSyntaxError)
            return { ok: false, detail: error.message };
        throw error;
    }
}
/** Whether a character may stand in a text as it is; NaN, the end, may not. */
function isPlain(code) {
    return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}
class Reader {
    #text;
    #at = 0;
    constructor(text) {
        this.#text = text;
    }
    document() {
        const value = this.#value(0);
        this.#space();
        if (this.#at < this.#text.length)
            this.#fail('something follows the JSON value');
        return value;
    }
    #fail(what) {
        throw new JsonSyntaxError(`malformed JSON at character ${this.#at + 1}: ${what}`);
    }
    #space() {
        for (;;) {
            const code = this.#text.charCodeAt(this.#at);
            if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)
                return;
            this.#at += 1;
        }
    }
    #take(character) {
        this.#space();
        if (this.#text[this.#at] !== character)
            return false;
        this.#at += 1;
        return true;
    }
    #value(depth) {
        if (depth > DEPTH_MAX)
            this.#fail(`nested deeper than ${DEPTH_MAX}`);
        this.#space();
        switch (this.#text[this.#at]) {
            case undefined:
                return this.#fail('it ends too early');
            case '{':
                return this.#object(depth);
            case '[':
                return this.#array(depth);
            case '"':
                return this.#string();
            case 't':
                return this.#word('true', true);
            case 'f':
                return this.#word('false', false);
            case 'n':
                return this.#word('null', null);
            default:
                return this.#number();
        }
    }
    #object(depth) {
        this.#at += 1;
        const object = new JsonObject();
        if (this.#take('}'))
            return object;
        do {
            this.#space();
            if (this.#text[this.#at] !== '"')
                this.#fail('a member name in quotes is needed');
            const name = this.#string();
            if (!this.#take(':'))
                this.#fail('a colon is needed');
            if (object.members.has(name))
                object.repeated.add(name);
            object.members.set(name, this.#value(depth + 1));
        } while (this.#take(','));
        if (!this.#take('}'))
            this.#fail('a comma or the closing brace is needed');
        return object;
    }
    #array(depth) {
        this.#at += 1;
        const items = [];
        if (this.#take(']'))
            return items;
        do
            items.push(this.#value(depth + 1));
        while (this.#take(','));
        if (!this.#take(']'))
            this.#fail('a comma or the closing bracket is needed');
        return items;
    }
    #string() {
        this.#at += 1;
        let text = '';
        for (;;) {
            const start = this.#at;
            while (isPlain(this.#text.charCodeAt(this.#at)))
                this.#at += 1;
            text += this.#text.slice(start, this.#at);
            const end = this.#text[this.#at];
            if (end === '"') {
                this.#at += 1;
                return text;
            }
            if (end === undefined)
                this.#fail('a text is not closed');
            if (end !== '\\')
                this.#fail('a control character stands in a text');
            text += this.#escape();
        }
    }
    #escape() {
        const kind = this.#text[this.#at + 1] ?? '';
        if (kind === 'u') {
            const digits = this.#text.slice(this.#at + 2, this.#at + 6);
            if (!/^[0-9a-fA-F]{4}$/.test(digits))
                this.#fail('four hexadecimal digits are needed');
            this.#at += 6;
            return String.fromCharCode(Number.parseInt(digits, 16));
        }
        const character = ESCAPES[kind];
        if (character === undefined)
            this.#fail('there is no such escape');
        this.#at += 2;
        return character;
    }
    #word(word, value) {
        if (!this.#text.startsWith(word, this.#at))
            this.#fail('a value is needed');
        this.#at += word.length;
        return value;
    }
    #number() {
        NUMBER_PATTERN.lastIndex = this.#at;
        const match = NUMBER_PATTERN.exec(this.#text);
        if (match === null)
            this.#fail('a value is needed');
        this.#at = NUMBER_PATTERN.lastIndex;
        return new JsonNumber(match[0]);
    }
}
//# sourceMappingURL=json.js.map