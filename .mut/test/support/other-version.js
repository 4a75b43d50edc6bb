import { appendFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What a running engine reads: its code, the SQL beside the sources, the functions, what says that it is ESM. */
const PARTS = ['dist/src', 'src', 'lua', 'package.json'];
/**
 * Copies the built engine to `directory` as another version of itself: its function library differs by a comment, and so by its
 * digest and the names of all its functions. Answers the path of its `main.js`.
 */
export function otherVersion(directory) {
    mkdirSync(directory, { recursive: true });
    for (const part of PARTS)
        cpSync(join(ROOT, part), join(directory, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    appendFileSync(join(directory, 'lua/library/clock.lua'), '\n-- The same in another version.\n');
    return join(directory, 'dist/src/main.js');
}
//# sourceMappingURL=other-version.js.map