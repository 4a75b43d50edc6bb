import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, readIdentity, stillRuns } from './process-identity.js';
const ATTEMPTS = 3;
/**
 * Makes this process the only one that uses `directory`; answers the function that gives it back.
 * Throws one sentence naming the owner while another process has it. A lock whose owner is gone is taken over.
 */
export function lockDirectory(directory) {
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'lock');
    const self = identify(process.pid);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        try {
            writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
            const release = () => rmSync(file, { force: true });
            process.once('exit', release);
            return () => {
                process.removeListener('exit', release);
                release();
            };
        }
        catch (error) {
            if (error.code !== 'EEXIST')
                throw error;
        }
        const owner = readIdentity(file);
        if (owner !== undefined && stillRuns(owner)) {
            throw new Error(`Holdfast runs here already (process ${owner.pid}): stop that one first, or start this one in another checkout.`);
        }
        rmSync(file, { force: true });
    }
    throw new Error(`${file} is made and removed by several processes at once: try again.`);
}
/** True while a process that runs has the lock of `directory`. */
export function isLocked(directory) {
    const owner = readIdentity(join(directory, 'lock'));
    return owner !== undefined && stillRuns(owner);
}
//# sourceMappingURL=directory-lock.js.map