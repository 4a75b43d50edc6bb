import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of a few megabytes, for what happens when a disk is full. */
export interface SmallDisk {
  readonly directory: string;
  readonly freeBytes: number;
  /** Takes all but `leaveBytes` of what is free, as somebody else's file. */
  fill(leaveBytes?: number): void;
  /** Removes that file. */
  free(): void;
  /** Takes the file system away with all that is on it. */
  unmount(): void;
}

const BALLAST = 'ballast';

/**
 * Mounts a file system of `bytes` in memory at `directory`. Answers `undefined` where this process may not mount (not root, or
 * a container without that right).
 */
export function mountSmallDisk(directory: string, bytes: number): SmallDisk | undefined {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'tmpfs', directory], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  const ballast = join(directory, BALLAST);
  const freeBytes = (): number => {
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
      } catch (error) {
        // Somebody else wrote meanwhile: full sooner.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(ballast, { force: true }),
    // Lazily: what a killed process still had open must not keep it.
    unmount: () => execFileSync('umount', ['--lazy', directory], { stdio: 'ignore' }),
  };
}
