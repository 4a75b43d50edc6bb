import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { AlarmMemory } from './alarm.js';
import { microseconds } from './clock.js';

/** Sleeps until the moment that was asked for last, rings, and sleeps until another one is asked for. Ends by being terminated. */
function serve({ asked, due }: AlarmMemory, ring: () => void): never {
  let rung = 0;
  for (;;) {
    Atomics.wait(asked, 0, rung);
    let current = Atomics.load(asked, 0);
    for (let left = due[0]! - microseconds(); left > 0; left = due[0]! - microseconds()) {
      // A new moment changes the number, and ends this wait.
      Atomics.wait(asked, 0, current, left / 1000);
      current = Atomics.load(asked, 0);
    }
    rung = current;
    ring();
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  serve(workerData as AlarmMemory, () => port.postMessage(0));
}
