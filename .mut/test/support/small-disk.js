import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const BALLAST = 'ballast';
/**
 * Mounts a file system of `bytes` in memory at `directory`. Answers `undefined` where this process may not mount (not root, or
 * a container without that right).
 */
export function mountSmallDisk(directory, bytes) {
    mkdirSync(directory, { recursive: true });
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'tmpfs', directory], {
            stdio: 'ignore',
        });
    }
    catch {
        return undefined;
    }
    const ballast = join(directory, BALLAST);
    const freeBytes = () => {
        const { bavail, bsize } = statfsSync(directory);
        return bavail * bsize;
    };
    return {
        directory,
        get freeBytes() {
            return freeBytes();
        },
        fill: (leaveBytes = 0) => {
            try {
                writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes() - leaveBytes)));
            }
            catch (error) {
                // Somebody else wrote meanwhile: full sooner.
                if (error.code !== 'ENOSPC')
                    throw error;
            }
        },
        free: () => rmSync(ballast, { force: true }),
        // Lazily: what a killed process still had open must not keep it.
        unmount: () => execFileSync('umount', ['--lazy', directory], { stdio: 'ignore' }),
    };
}
//# sourceMappingURL=small-disk.js.map