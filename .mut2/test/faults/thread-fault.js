import { readFileSync, renameSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';
/** Environment variable with the path of the file. */
export const FAULT_FILE = 'HOLDFAST_FAULT_FILE';
/** Added to its name once a thread has taken it and is about to break. */
export const TAKEN = '.taken';
const LOOK_MS = 10;
function thisThread() {
    if (isMainThread)
        return 'gateway';
    const data = workerData;
    if (data?.kind === 'holdfast-shard')
        return 'shard';
    return data?.databaseUrl === undefined ? undefined : 'ledger';
}
function breakNow(fault) {
    switch (fault) {
        case 'throw':
            throw new Error('a fault of the harness');
        case 'loop':
            for (;;)
                ;
        case 'out_of_memory': {
            const hoard = [];
            for (;;)
                hoard.push(new Array(100_000).fill(1.5));
        }
    }
}
/** Nothing while there is no file, while it is being written, and when another thread has just taken it. */
function take(file, thread) {
    try {
        const request = JSON.parse(readFileSync(file, 'utf8'));
        if (request.thread !== thread)
            return undefined;
        renameSync(file, file + TAKEN);
        return request.fault;
    }
    catch {
        return undefined;
    }
}
const file = process.env[FAULT_FILE];
const thread = thisThread();
if (file !== undefined && thread !== undefined) {
    const look = () => {
        const fault = take(file, thread);
        if (fault !== undefined)
            breakNow(fault);
    };
    setInterval(look, LOOK_MS).unref();
}
//# sourceMappingURL=thread-fault.js.map