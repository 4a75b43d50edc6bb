import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processStartTicks } from './processes.js';

const ATTEMPTS = 3;

interface Owner {
  readonly pid: number;
  /** Tells the owner apart from a later process that was given the same pid. */
  readonly startTicks: string | undefined;
}

/**
 * Makes this process the only one that uses `directory`; answers the function that gives it back.
 * Throws one sentence naming the owner while another process has it. A lock whose owner is gone is taken over.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'lock');
  const self: Owner = { pid: process.pid, startTicks: processStartTicks(process.pid) };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
      const release = (): void => rmSync(file, { force: true });
      process.once('exit', release);
      return () => {
        process.removeListener('exit', release);
        release();
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (owner !== undefined && isAlive(owner.pid) && processStartTicks(owner.pid) === owner.startTicks) {
      throw new Error(
        `Holdfast runs here already (process ${owner.pid}): stop that one first, or start this one in another checkout.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new Error(`${file} is made and removed by several processes at once: try again.`);
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof owner.pid === 'number' ? { pid: owner.pid, startTicks: owner.startTicks } : undefined;
  } catch {
    return undefined;
  }
}
