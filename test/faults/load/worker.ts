import { isMainThread, parentPort } from 'node:worker_threads';
import { Counters, Timeline } from './counts.js';
import { Shopper, type ShopperOptions } from './shopper.js';

/** Messages to the client's thread. */
export type ToLoad =
  | {
      readonly kind: 'begin';
      readonly options: ShopperOptions;
      readonly counters: SharedArrayBuffer;
      readonly timeline: SharedArrayBuffer;
    }
  | { readonly kind: 'stop'; readonly resolveMs: number };

/** What a load leaves behind. */
export interface Stopped {
  readonly buffers: readonly ArrayBuffer[];
  readonly length: number;
  readonly keyPrefix: string;
  readonly violations: readonly string[];
  readonly unresolved: number;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  let shopper: Shopper | undefined;
  port.on('message', async (message: ToLoad) => {
    if (message.kind === 'begin') {
      shopper = new Shopper(message.options, new Counters(message.counters), new Timeline(message.timeline));
      return;
    }
    if (shopper === undefined) return;
    const { journal, violations } = shopper;
    const unresolved = await shopper.stop(message.resolveMs);
    const { buffers, length, keyPrefix } = journal;
    const stopped: Stopped = { buffers, length, keyPrefix, violations, unresolved };
    port.postMessage(stopped, [...buffers]);
  });
}
