import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, isAlive, processStartTicks } from './processes.js';

/** Which process is meant, told apart from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Kernel ticks since boot; undefined without `/proc`, where only the pid is compared. */
  readonly startTicks: string | undefined;
}

/** The identity of a process that runs now. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: processStartTicks(pid) };
}

/** True while just that process runs. */
export function stillRuns(identity: ProcessIdentity): boolean {
  return isAlive(identity.pid) && processStartTicks(identity.pid) === identity.startTicks;
}

/** Reads an identity from a file; undefined when there is none, or half a file from a crash. */
export function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    const { pid, startTicks } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' ? { pid, startTicks } : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the identity of a running process into a file. */
export function recordIdentity(file: string, pid: number): void {
  writeFileSync(file, JSON.stringify(identify(pid)));
}

export function removeIdentity(file: string): void {
  rmSync(file, { force: true });
}

/** Ends the process recorded in a file, if it still runs: SIGTERM, and SIGKILL after `graceMs`. */
export async function endRecorded(file: string, graceMs: number): Promise<void> {
  const identity = readIdentity(file);
  if (identity !== undefined && stillRuns(identity)) {
    await endProcess(identity.pid, ['SIGTERM', 'SIGKILL'], graceMs);
  }
  removeIdentity(file);
}
