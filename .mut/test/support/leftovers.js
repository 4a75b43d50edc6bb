import { readdirSync, readFileSync } from 'node:fs';
import { processCommand } from '../../src/services/processes.js';
import { until } from './until.js';
/** Pids of the processes whose parent is this process, as `/proc` has them; empty where there is no `/proc`. */
export function childPids(parent = process.pid) {
    let names;
    try {
        names = readdirSync('/proc');
    }
    catch {
        return [];
    }
    return names.filter((name) => /^\d+$/.test(name) && parentOf(name) === parent).map(Number);
}
function parentOf(pid) {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    }
    catch {
        return undefined;
    }
}
/**
 * Fails the test when this file still has child processes after everything was torn down. Call it first in the file,
 * with the root `t`: teardowns run in reverse order, so its check comes last.
 */
export function leftovers(t) {
    const before = new Set(childPids());
    t.teardown(async () => {
        const left = () => childPids().filter((pid) => !before.has(pid));
        try {
            await until(() => left().length === 0, { timeoutMs: 5_000 });
        }
        catch {
            const commands = left().map((pid) => `${pid} ${processCommand(pid) ?? ''}`);
            throw new Error(`this test file left processes running:\n${commands.join('\n')}`);
        }
    });
}
//# sourceMappingURL=leftovers.js.map