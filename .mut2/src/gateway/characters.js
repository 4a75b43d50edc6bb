import { codeAt } from '../domain/code-at.js';
/**
 * Classes of Latin-1 characters: 1 for those of identifiers and keys, 2 for those that may besides stand in a client address without
 * escaping in JSON. A table, because every request checks a hundred characters or more and regular expressions take twice as long.
 */
export const CHARACTER_CLASSES = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code += 1) {
    const character = String.fromCharCode(code);
    if (/[A-Za-z0-9._:@+~-]/.test(character))
        CHARACTER_CLASSES[code] = 1;
    else if (!'"\\|'.includes(character))
        CHARACTER_CLASSES[code] = 2;
}
const KEY_LENGTH_MIN = 8;
const KEY_LENGTH_MAX = 128;
/** As `IDEMPOTENCY_KEY_PATTERN` (a test holds them together); nonces have the same shape. */
export function isKey(text) {
    const { length } = text;
    if (length < KEY_LENGTH_MIN || length > KEY_LENGTH_MAX)
        return false;
    for (let index = 0; index < length; index += 1) {
        if (CHARACTER_CLASSES[codeAt(text, index)] !== 1)
            return false;
    }
    return true;
}
/** The number that 1 to `digitsMax` (at most 15) decimal digits mean; NaN for anything else. */
export function digitsOf(text, digitsMax) {
    const { length } = text;
    if (length === 0 || length > digitsMax)
        return Number.NaN;
    let value = 0;
    for (let index = 0; index < length; index += 1) {
        const digit = codeAt(text, index) - 0x30;
        if (!(digit >= 0 && digit <= 9))
            return Number.NaN;
        value = value * 10 + digit;
    }
    return value;
}
//# sourceMappingURL=characters.js.map