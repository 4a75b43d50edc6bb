import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { readCommands, type ShardThreadData } from '../../src/actors/messages.js';

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

/** A hold by this buyer kills whichever thread gets it, before it does anything, as a mistake in the code might. */
export const POISON = 'poison';

function refusePoison(message: unknown): void {
  if (!(message instanceof ArrayBuffer)) return;
  readCommands(message, (_slot, command) => {
    if (command.kind === 'hold' && command.buyerId === POISON) throw new Error('poisoned by the test');
  });
}

const port = parentPort!;
const listen = port.on.bind(port) as (event: string, listener: (message: unknown) => void) => typeof port;
port.on = ((event: string, listener: (message: unknown) => void) =>
  listen(event, (message) => {
    if (event === 'message') refusePoison(message);
    listener(message);
  })) as typeof port.on;

await import('../../src/actors/thread.js');
