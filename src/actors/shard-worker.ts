import { Worker } from 'node:worker_threads';
import type { FromShard, ShardThreadData, ToShard } from './messages.js';

/** What a shard's thread tells its link. After `exited` nothing more comes. */
export interface ShardWorkerEvents {
  message(message: ArrayBuffer | FromShard): void;
  /** Why it is about to end. */
  failed(error: Error): void;
  exited(code: number): void;
}

/** One life of a shard's thread, as its link knows it. */
export interface ShardWorker {
  /** Hands the buffer of a batch over: it is no longer the caller's. */
  post(message: ArrayBuffer | ToShard): void;
  /** Ends it at once; `exited` follows. */
  terminate(): void;
}

/** Starts a life. A port, so that a simulator can let one vanish at any moment. */
export type SpawnShard = (data: ShardThreadData, events: ShardWorkerEvents) => ShardWorker;

/** Real threads. `entry`: default `thread.js` beside this file. `heapMb`: MiB; default as large as V8 makes it. */
export function threadSpawner(options: { readonly entry?: URL; readonly heapMb?: number } = {}): SpawnShard {
  const { entry = new URL('./thread.js', import.meta.url), heapMb } = options;
  return (data, events) => {
    const worker = new Worker(entry, {
      workerData: data,
      name: `shard ${data.index}`,
      resourceLimits: heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb },
    });
    worker.on('message', (message: ArrayBuffer | FromShard) => events.message(message));
    worker.on('error', (error: Error) => events.failed(error));
    worker.once('exit', (code) => events.exited(code));
    return {
      post: (message) => {
        if (message instanceof ArrayBuffer) worker.postMessage(message, [message]);
        else worker.postMessage(message);
      },
      terminate: () => void worker.terminate(),
    };
  };
}
