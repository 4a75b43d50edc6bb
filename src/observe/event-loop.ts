import { type EventLoopUtilization, performance } from 'node:perf_hooks';

export interface BusyMeter {
  /** Busy share of this thread, 0 … 1, smoothed over the last few measurements. */
  readonly busy: number;
  stop(): void;
}

export interface BusyMeterOptions {
  /** Told after each measurement, in thousandths: what the ledger writer yields to. */
  readonly onPermille?: (permille: number) => void;
  /** Default 50 ms: shorter than a burst that matters, long enough to cost nothing. */
  readonly everyMs?: number;
}

/** Weight of the newest measurement: a burst shows after two, a single long task does not count as a busy engine. */
const NEWEST_WEIGHT = 0.5;

/** Measures how busy this thread's event loop is. Call it in the thread to be measured. */
export function startBusyMeter(options: BusyMeterOptions = {}): BusyMeter {
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  let busy = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    // The first interval of a thread can be empty, and its share then not a number.
    if (Number.isFinite(utilization)) busy += (utilization - busy) * NEWEST_WEIGHT;
    options.onPermille?.(Math.round(busy * 1000));
  }, options.everyMs ?? 50);
  timer.unref();
  return {
    get busy() {
      return busy;
    },
    stop: () => clearInterval(timer),
  };
}
