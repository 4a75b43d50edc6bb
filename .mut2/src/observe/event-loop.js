import { performance } from 'node:perf_hooks';
import { ProcessorMeter } from './processors.js';
/**
 * From this share on the thread is selling in earnest. Then processors that are all busy are pressure too: on few cores
 * the gateway, the shards, Redis and the ledger writer take time from each other, and none of them alone is ever at its
 * limit. Below it a busy machine has other reasons, and yielding would only delay the ledger.
 */
const SELLING_BUSY = 0.25;
/**
 * From this share on the machine counts as full: gateway, shards and Redis wait for each other, so that a part of the
 * processors' time is always between two hand-overs and no sale ever uses all of it.
 */
const MACHINE_FULL = 0.7;
/** Weight of the newest measurement: a burst shows after two, a single long task does not count as a busy engine. */
const NEWEST_WEIGHT = 0.5;
/** Measures how busy this thread's event loop is. Call it in the thread to be measured. */
export function startBusyMeter(options = {}) {
    const processors = new ProcessorMeter();
    const machine = options.machine ?? (() => processors.read());
    let before = performance.eventLoopUtilization();
    let busy = 0;
    const timer = setInterval(() => {
        const now = performance.eventLoopUtilization();
        const { utilization } = performance.eventLoopUtilization(now, before);
        before = now;
        // The first interval of a thread can be empty, and its share then not a number.
        if (Number.isFinite(utilization))
            busy += (utilization - busy) * NEWEST_WEIGHT;
        const pressure = busy >= SELLING_BUSY && machine() >= MACHINE_FULL ? 1 : busy;
        options.onPermille?.(Math.round(pressure * 1000));
    }, options.everyMs ?? 50);
    timer.unref();
    return {
        get busy() {
            return busy;
        },
        stop: () => clearInterval(timer),
    };
}
//# sourceMappingURL=event-loop.js.map