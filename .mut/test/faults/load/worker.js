import { isMainThread, parentPort } from 'node:worker_threads';
import { Counters, Timeline } from './counts.js';
import { Shopper } from './shopper.js';
if (!isMainThread && parentPort !== null) {
    const port = parentPort;
    let shopper;
    port.on('message', async (message) => {
        if (message.kind === 'begin') {
            shopper = new Shopper(message.options, new Counters(message.counters), new Timeline(message.timeline));
            return;
        }
        if (shopper === undefined)
            return;
        const { journal, violations } = shopper;
        const unresolved = await shopper.stop(message.resolveMs);
        const { buffers, length, keyPrefix } = journal;
        const stopped = { buffers, length, keyPrefix, violations, unresolved };
        port.postMessage(stopped, [...buffers]);
    });
}
//# sourceMappingURL=worker.js.map