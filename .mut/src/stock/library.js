import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const ROOT = fileURLToPath(new URL('../../../lua/', import.meta.url));
/** Shared parts in the order they build on each other: a Lua local is only seen by what comes after it. */
const LIBRARY_FILES = [
    'register',
    'clock',
    'header',
    'sku',
    'change',
    'schedule',
    'buyer',
    'hold',
    'reply',
    'ending',
    'restoring',
];
/**
 * Joins `lua/` into one Redis Functions library. `clock` replaces `lua/library/clock.lua`, so that a test on a real
 * Redis can own time; another source has another digest, so such a library never stands in for the real one.
 */
export function buildLibrary(options = {}) {
    const shared = LIBRARY_FILES.map((name) => name === 'clock' && options.clock !== undefined ? options.clock : read(`library/${name}.lua`));
    const operations = readdirSync(`${ROOT}operations`)
        .filter((file) => file.endsWith('.lua'))
        .sort()
        // A block each: what is local in one operation is not seen by the next.
        .map((file) => `do\n${read(`operations/${file}`)}\nend\n`);
    const body = [...shared, ...operations].join('\n');
    const name = `holdfast_${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
    return {
        name,
        source: `#!lua name=${name}\nlocal PREFIX = '${name}_'\n${body}`,
        functionName: (operation) => `${name}_${operation}`,
    };
}
function read(path) {
    return readFileSync(ROOT + path, 'utf8');
}
/** Loads the library where it is missing. Rejects with Redis' own error (out of memory, not permitted, …). */
export async function loadLibrary(redis, library) {
    try {
        await redis.call('FUNCTION', 'LOAD', library.source);
    }
    catch (error) {
        // The name carries the digest, so the same name is the same source: another engine was first.
        if (!/already exists/.test(String(error)))
            throw error;
    }
}
//# sourceMappingURL=library.js.map