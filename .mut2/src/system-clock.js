import { performance } from 'node:perf_hooks';
/**
 * `performance.now()` counts from the start of its own thread, but stamps on the board are written by one thread and
 * compared in another: all threads therefore count from the origin of `process.hrtime`, which is the same for all.
 */
function originMs() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6 - performance.now();
}
const ORIGIN_MS = originMs();
/** Real time. `monotonic` is comparable between the threads of this process. */
export const systemClock = {
    now: () => Date.now(),
    monotonic: () => ORIGIN_MS + performance.now(),
    setTimer(delayMs, task) {
        const timer = setTimeout(task, delayMs);
        return { cancel: () => clearTimeout(timer) };
    },
};
//# sourceMappingURL=system-clock.js.map