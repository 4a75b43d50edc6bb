import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../system-clock.js';
import type { FromShard, ShardThreadData, ToShard } from './messages.js';
import { hostShard } from './shard-host.js';
import { ShardThread } from './shard-thread.js';

/** Entry of a shard's worker thread. */
function isShardData(data: unknown): data is ShardThreadData {
  return typeof data === 'object' && data !== null && (data as ShardThreadData).kind === 'holdfast-shard';
}

if (!isMainThread && parentPort !== null && isShardData(workerData)) {
  const port = parentPort;
  const data = workerData;
  const thread = new ShardThread(data, {
    clock: systemClock,
    post: (message: ArrayBuffer | FromShard) =>
      port.postMessage(message, message instanceof ArrayBuffer ? [message] : []),
    listen: (receive) => port.on('message', (message: ArrayBuffer | ToShard) => receive(message)),
    host: (outlet) => hostShard<number>(data, { clock: systemClock, soon: queueMicrotask, outlet }),
    atEndOfTurn: setImmediate,
    exit: () => process.exit(0),
  });
  // A failure ends the thread, and the router starts another.
  await thread.run();
}
