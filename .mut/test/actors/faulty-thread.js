import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { readCommands } from '../../src/actors/messages.js';
/** The entry of a shard thread as it is, plus an ear for faults: tests break it from outside, production has no such hook. */
export const FAULT_CHANNEL = 'holdfast-test-fault';
const channel = new BroadcastChannel(FAULT_CHANNEL);
channel.onmessage = (message) => {
    const { fault, shard } = message.data;
    if (shard !== workerData.index)
        return;
    switch (fault) {
        case 'throw':
            throw new Error('a fault of the test');
        case 'exit':
            process.exit(7);
            break;
        case 'loop':
            for (;;)
                ;
        case 'out_of_memory': {
            const hoard = [];
            for (;;)
                hoard.push(new Array(100_000).fill(1.5));
        }
    }
};
/** A hold by this buyer kills whichever thread gets it, before it does anything, as a mistake in the code might. */
export const POISON = 'poison';
function refusePoison(message) {
    if (!(message instanceof ArrayBuffer))
        return;
    readCommands(message, (_slot, command) => {
        if (command.kind === 'hold' && command.buyerId === POISON)
            throw new Error('poisoned by the test');
    });
}
const port = parentPort;
const listen = port.on.bind(port);
port.on = ((event, listener) => listen(event, (message) => {
    if (event === 'message')
        refusePoison(message);
    listener(message);
}));
await import('../../src/actors/thread.js');
//# sourceMappingURL=faulty-thread.js.map