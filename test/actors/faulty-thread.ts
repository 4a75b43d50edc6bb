import { BroadcastChannel, workerData } from 'node:worker_threads';
import type { ShardThreadData } from '../../src/actors/messages.js';
import '../../src/actors/thread.js';

/** The entry of a shard thread as it is, plus an ear for faults: tests break it from outside, production has no such hook. */
export const FAULT_CHANNEL = 'holdfast-test-fault';
export type Fault = 'throw' | 'loop' | 'exit' | 'out_of_memory';

/** `shard`: which one shall break. */
export interface FaultMessage {
  readonly fault: Fault;
  readonly shard: number;
}

const channel = new BroadcastChannel(FAULT_CHANNEL);
channel.onmessage = (message: unknown) => {
  const { fault, shard } = (message as { data: FaultMessage }).data;
  if (shard !== (workerData as ShardThreadData).index) return;
  switch (fault) {
    case 'throw':
      throw new Error('a fault of the test');
    case 'exit':
      process.exit(7);
      break;
    case 'loop':
      for (;;);
    case 'out_of_memory': {
      const hoard: number[][] = [];
      for (;;) hoard.push(new Array<number>(100_000).fill(1.5));
    }
  }
};
