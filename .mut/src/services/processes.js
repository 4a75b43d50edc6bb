import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
const POLL_MS = 10;
/** True while `pid` exists and is not a zombie waiting for its parent. */
export function isAlive(pid) {
    try {
        process.kill(pid, 0);
    }
    catch (error) {
        // EPERM: it exists, it is only not ours.
        return error.code === 'EPERM';
    }
    return processState(pid) !== 'Z';
}
function processStat(pid) {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The command in parentheses may itself hold spaces and parentheses: count fields after the last one.
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    }
    catch {
        return undefined;
    }
}
function processState(pid) {
    return processStat(pid)?.[0];
}
/** Start time of a process in kernel ticks since boot, which tells a reused pid apart; undefined without /proc. */
export function processStartTicks(pid) {
    return processStat(pid)?.[19];
}
/** Working directory of a process; undefined without /proc, when it is gone or when it is another user's. */
export function processDirectory(pid) {
    try {
        return readlinkSync(`/proc/${pid}/cwd`);
    }
    catch {
        return undefined;
    }
}
/** Executable name and arguments of a process; undefined without /proc or when it is gone. */
export function processCommand(pid) {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    catch {
        return undefined;
    }
}
/** Sends a signal; a process that is already gone is not an error, because that is what the caller wants. */
export function sendSignal(pid, signal) {
    try {
        process.kill(pid, signal);
    }
    catch (error) {
        if (error.code !== 'ESRCH')
            throw error;
    }
}
/** Waits until `pid` is gone. Answers false when it is still there after `timeoutMs`. */
export async function waitUntilGone(pid, timeoutMs) {
    const deadline = Date.now() + timeoutMs;
    while (isAlive(pid)) {
        if (Date.now() >= deadline)
            return false;
        await delay(POLL_MS);
    }
    return true;
}
/**
 * Ends a process with each signal in turn, giving each `graceMs` to work.
 * Throws when even the last one leaves it alive, so that nobody starts a second server on its files.
 */
export async function endProcess(pid, signals, graceMs) {
    for (const signal of signals) {
        sendSignal(pid, signal);
        if (await waitUntilGone(pid, graceMs))
            return;
    }
    throw new Error(`process ${pid} did not end after ${signals.join(', ')}`);
}
/** Resolves when the child ended, also when it had ended before the call. */
export function exitOf(child) {
    if (child.exitCode !== null || child.signalCode !== null) {
        return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
    }
    return new Promise((resolve) => {
        child.once('exit', (code, signal) => resolve({ code, signal }));
        child.once('error', () => resolve({ code: null, signal: null }));
    });
}
const endedWithUs = new Map();
/**
 * Sends `signal` to a child when this process exits, however it comes to that except by a signal of its own; answers the
 * function that forgets it. One listener for all, because Node warns of a leak at the eleventh.
 */
export function endWithUs(pid, signal) {
    if (endedWithUs.size === 0)
        process.on('exit', endAll);
    endedWithUs.set(pid, signal);
    return () => {
        endedWithUs.delete(pid);
        if (endedWithUs.size === 0)
            process.removeListener('exit', endAll);
    };
}
function endAll() {
    for (const [pid, signal] of endedWithUs)
        sendSignal(pid, signal);
}
//# sourceMappingURL=processes.js.map