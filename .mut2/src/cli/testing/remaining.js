import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { endProcess, isAlive, processCommand, processDirectory } from '../../services/processes.js';
const GRACE_MS = 3_000;
/**
 * Ends every process that works in `directory` or was started with its path in the environment, and answers their
 * commands. Finds nothing where there is no `/proc`.
 */
export async function endRemaining(directory) {
    const real = realpathSync(directory);
    const ended = [];
    for (const pid of pidsBelongingTo(real)) {
        const command = `${pid} ${processCommand(pid) ?? ''}`;
        if (!isAlive(pid))
            continue;
        await endProcess(pid, ['SIGTERM', 'SIGKILL'], GRACE_MS);
        ended.push(command);
    }
    return ended;
}
function pidsBelongingTo(directory) {
    let names;
    try {
        names = readdirSync('/proc');
    }
    catch {
        return [];
    }
    const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
    return pids.filter((pid) => pid !== process.pid && belongsTo(pid, directory));
}
function belongsTo(pid, directory) {
    const cwd = processDirectory(pid);
    if (cwd === directory || cwd?.startsWith(`${directory}/`) === true)
        return true;
    try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(directory);
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=remaining.js.map