const { charCodeAt } = String.prototype;
/**
 * `text.charCodeAt(index)`, for loops over the characters of strings from everywhere. V8 keeps strings in a dozen shapes (flat, sliced,
 * joined, interned, …); a place in the code that has met five of them looks the method up anew for every character, which
 * made hashing a key take 330 ns instead of 75. Taken from the prototype once, it is compiled to the bare read.
 *
 * `index` must be within the text: one read beyond an end, and V8 compiles a call instead of the read for every caller.
 */
export function codeAt(text, index) {
    return charCodeAt.call(text, index);
}
/** The same where `index` may be beyond the end, which answers NaN. Apart, so that it does not spoil the other. */
export function codeAtOrNaN(text, index) {
    return charCodeAt.call(text, index);
}
//# sourceMappingURL=code-at.js.map