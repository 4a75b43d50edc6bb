import { parseArgs } from 'node:util';
/** The command was called wrongly. The message is for the user. */
export class UsageError extends Error {
    name = 'UsageError';
}
/** `parseArgs` of Node with its errors as `UsageError`. */
export function parseArguments(argv, options) {
    try {
        return parseArgs({ args: [...argv], options, allowPositionals: true });
    }
    catch (error) {
        // Node goes on to explain what a dash may mean; the first sentence says what is wrong.
        const [sentence] = (error instanceof Error ? error.message : String(error)).split('. ');
        throw new UsageError(`${sentence}; --help lists the options.`);
    }
}
/** An option that is an address; answers it without a path. */
export function address(option, text) {
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
        return new URL(text).origin;
    throw new UsageError(`${option} must be an address like http://127.0.0.1:8080, not ${JSON.stringify(text)}`);
}
export function number(option, text, low, high) {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high)
        return value;
    throw new UsageError(`${option} must be a number from ${low} to ${high}, not ${JSON.stringify(text)}`);
}
export function whole(option, text, low, high) {
    if (/^\d+$/.test(text) && Number(text) >= low && Number(text) <= high)
        return Number(text);
    throw new UsageError(`${option} must be a whole number from ${low} to ${high}, not ${JSON.stringify(text)}`);
}
//# sourceMappingURL=arguments.js.map