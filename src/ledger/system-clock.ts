import { performance } from 'node:perf_hooks';
import type { Clock } from '../domain/ports.js';

/** Real time. `monotonic` counts from the start of its own thread: compare only within one. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
