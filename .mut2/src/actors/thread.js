import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../system-clock.js';
import { hostShard } from './shard-host.js';
import { ShardThread } from './shard-thread.js';
/** Entry of a shard's worker thread. */
function isShardData(data) {
    return typeof data === 'object' && data !== null && data.kind === 'holdfast-shard';
}
if (!isMainThread && parentPort !== null && isShardData(workerData)) {
    const port = parentPort;
    const data = workerData;
    const thread = new ShardThread(data, {
        clock: systemClock,
        post: (message) => port.postMessage(message, message instanceof ArrayBuffer ? [message] : []),
        listen: (receive) => port.on('message', (message) => receive(message)),
        host: (outlet) => hostShard(data, { clock: systemClock, soon: queueMicrotask, outlet }),
        atEndOfTurn: setImmediate,
        exit: () => process.exit(0),
    });
    // A failure ends the thread, and the router starts another.
    await thread.run();
}
//# sourceMappingURL=thread.js.map