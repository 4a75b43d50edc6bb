import { Worker } from 'node:worker_threads';
/** Real threads. `entry`: default `thread.js` beside this file. `heapMb`: MiB; default as large as V8 makes it. */
export function threadSpawner(options = {}) {
    const { entry = new URL('./thread.js', import.meta.url), heapMb } = options;
    return (data, events) => {
        const worker = new Worker(entry, {
            workerData: data,
            name: `shard ${data.index}`,
            resourceLimits: heapMb === undefined ? {} : { maxOldGenerationSizeMb: heapMb },
        });
        worker.on('message', (message) => events.message(message));
        worker.on('error', (error) => events.failed(error));
        worker.once('exit', (code) => events.exited(code));
        return {
            post: (message) => {
                if (message instanceof ArrayBuffer)
                    worker.postMessage(message, [message]);
                else
                    worker.postMessage(message);
            },
            terminate: () => void worker.terminate(),
        };
    };
}
//# sourceMappingURL=shard-worker.js.map