import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, isAlive, processStartTicks } from './processes.js';
/** The identity of a process that runs now. */
export function identify(pid) {
    return { pid, startTicks: processStartTicks(pid) };
}
/** True while just that process runs. */
export function stillRuns(identity) {
    return isAlive(identity.pid) && processStartTicks(identity.pid) === identity.startTicks;
}
/** Reads an identity from a file; undefined when there is none, or half a file from a crash. */
export function readIdentity(file) {
    try {
        const { pid, startTicks } = JSON.parse(readFileSync(file, 'utf8'));
        return typeof pid === 'number' ? { pid, startTicks } : undefined;
    }
    catch {
        return undefined;
    }
}
/** Writes the identity of a running process into a file. */
export function recordIdentity(file, pid) {
    writeFileSync(file, JSON.stringify(identify(pid)));
}
export function removeIdentity(file) {
    rmSync(file, { force: true });
}
/** Ends the process recorded in a file, if it still runs: SIGTERM, and SIGKILL after `graceMs`. */
export async function endRecorded(file, graceMs) {
    const identity = readIdentity(file);
    if (identity !== undefined && stillRuns(identity)) {
        await endProcess(identity.pid, ['SIGTERM', 'SIGKILL'], graceMs);
    }
    removeIdentity(file);
}
//# sourceMappingURL=process-identity.js.map