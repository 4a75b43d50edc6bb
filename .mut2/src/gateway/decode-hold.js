import { codeAtOrNaN } from '../domain/code-at.js';
import { CLIENT_ADDRESS_LENGTH_MAX } from '../domain/identifiers.js';
import { CHARACTER_CLASSES } from './characters.js';
import { decodeBody, identifier, integer, optional, text } from './fields.js';
const SKU = 1;
const BUYER = 2;
const QUANTITY = 4;
const ADDRESS = 8;
const REQUIRED = SKU | BUYER | QUANTITY;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE = 0x7d;
const IDENTIFIER_LENGTH_MAX = 64;
/**
 * Decodes the body of a hold. The bytes of a well-formed request are walked once, which costs a third of `JSON.parse` and
 * validates on the way; whatever is unusual (escapes, other scripts, errors) is read again by the slow path, which alone
 * explains. So the fast path may refuse anything, but must accept only what the slow path accepts, with the same result.
 */
export class HoldDecoder {
    #fields;
    #quantityMax;
    #text = '';
    #at = 0;
    #sku = '';
    #buyerId = '';
    #quantity = 0;
    #address;
    constructor(quantityMax) {
        this.#quantityMax = quantityMax;
        this.#fields = {
            sku: identifier(),
            buyerId: identifier(),
            quantity: integer(1, quantityMax),
            clientAddress: optional(text(1, CLIENT_ADDRESS_LENGTH_MAX, '|')),
        };
    }
    /** Never throws. */
    decode(body) {
        return this.decodeFast(body) ?? this.decodeSlowly(body);
    }
    decodeSlowly(body) {
        return decodeBody(body, this.#fields);
    }
    /** `undefined`: not a plain, valid body; ask the slow path. */
    decodeFast(body) {
        this.#text = body.toString('latin1');
        this.#address = undefined;
        if (!this.#members())
            return undefined;
        const value = this.#address === undefined
            ? { sku: this.#sku, buyerId: this.#buyerId, quantity: this.#quantity }
            : {
                sku: this.#sku,
                buyerId: this.#buyerId,
                quantity: this.#quantity,
                clientAddress: this.#address,
            };
        return { ok: true, value };
    }
    #members() {
        const text = this.#text;
        this.#at = 0;
        if (this.#next() !== 0x7b)
            return false;
        this.#at += 1;
        let seen = 0;
        for (;;) {
            if (this.#next() !== QUOTE)
                return false;
            const member = this.#name();
            if (member === 0 || (seen & member) !== 0)
                return false;
            seen |= member;
            if (this.#next() !== 0x3a)
                return false;
            this.#at += 1;
            this.#next();
            if (!this.#valueOf(member))
                return false;
            const after = this.#next();
            this.#at += 1;
            if (after === COMMA)
                continue;
            if (after !== BRACE || (seen & REQUIRED) !== REQUIRED)
                return false;
            this.#next();
            return this.#at === text.length;
        }
    }
    /** Skips white space; answers the code of what follows (NaN at the end). */
    #next() {
        const text = this.#text;
        let code = codeAtOrNaN(text, this.#at);
        while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
            this.#at += 1;
            code = codeAtOrNaN(text, this.#at);
        }
        return code;
    }
    #name() {
        const text = this.#text;
        const at = this.#at;
        switch (codeAtOrNaN(text, at + 1)) {
            case 0x73:
                return this.#is('"sku"') ? SKU : 0;
            case 0x62:
                return this.#is('"buyerId"') ? BUYER : 0;
            case 0x71:
                return this.#is('"quantity"') ? QUANTITY : 0;
            case 0x63:
                return this.#is('"clientAddress"') ? ADDRESS : 0;
            default:
                return 0;
        }
    }
    #is(name) {
        if (!this.#text.startsWith(name, this.#at))
            return false;
        this.#at += name.length;
        return true;
    }
    #valueOf(member) {
        if (member === QUANTITY)
            return this.#readQuantity();
        if (codeAtOrNaN(this.#text, this.#at) !== QUOTE)
            return false;
        if (member === ADDRESS) {
            this.#address = this.#characters(2, CLIENT_ADDRESS_LENGTH_MAX);
            return this.#address !== '';
        }
        const value = this.#characters(1, IDENTIFIER_LENGTH_MAX);
        if (member === SKU)
            this.#sku = value;
        else
            this.#buyerId = value;
        return value !== '';
    }
    /** A quoted text of characters up to `kind`; empty when it is none. */
    #characters(kind, lengthMax) {
        const text = this.#text;
        const start = this.#at + 1;
        let end = start;
        for (;;) {
            const character = CHARACTER_CLASSES[codeAtOrNaN(text, end)];
            if (character === undefined || character === 0 || character > kind)
                break;
            end += 1;
        }
        if (codeAtOrNaN(text, end) !== QUOTE || end - start > lengthMax)
            return '';
        this.#at = end + 1;
        return text.slice(start, end);
    }
    #readQuantity() {
        const text = this.#text;
        let value = 0;
        let digits = 0;
        for (;;) {
            const digit = codeAtOrNaN(text, this.#at) - 0x30;
            if (!(digit >= 0 && digit <= 9))
                break;
            if (digits > 0 && value === 0)
                return false;
            value = value * 10 + digit;
            digits += 1;
            if (digits > 9)
                return false;
            this.#at += 1;
        }
        this.#quantity = value;
        return digits > 0 && value >= 1 && value <= this.#quantityMax;
    }
}
//# sourceMappingURL=decode-hold.js.map