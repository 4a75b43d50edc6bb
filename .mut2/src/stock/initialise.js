import { setTimeout as delay } from 'node:timers/promises';
import { unpackAnswer } from './decode.js';
import { encodeInitialise, KEYS_PER_PARTITION, keysOf, STOCK_FORMAT } from './encode.js';
import { classifyError } from './errors.js';
import { CallStatus } from './reply-codes.js';
/** A partition on its way to another node is looked for again so often: two seconds. */
const ATTEMPTS = 40;
const PAUSE_MS = 50;
/**
 * Looks at every partition and makes the missing ones if that is allowed. The caller compares: another epoch, another
 * number of partitions, another format or `absent` all mean that nothing may be sold. The library must be loaded.
 * Rejects with Redis' error.
 */
export async function initialisePartitions(nodes, library, request) {
    const name = library.functionName('initialise');
    const payload = encodeInitialise(request.partitions, STOCK_FORMAT, request.mayCreate);
    const ask = async (partition) => {
        const words = [name, KEYS_PER_PARTITION, ...keysOf(partition), request.epoch, 0, payload];
        for (let attempt = 1;; attempt += 1) {
            try {
                const answer = await nodes.redisOf(partition).callBuffer('FCALL', ...words);
                return decodeMeta(partition, unpackAnswer(answer));
            }
            catch (error) {
                const failure = classifyError(error);
                if (failure.kind !== 'not_sent' || failure.passing !== true || attempt === ATTEMPTS)
                    throw error;
                await delay(PAUSE_MS);
                await nodes.refresh();
            }
        }
    };
    return await Promise.all(Array.from({ length: request.partitions }, (_, partition) => ask(partition)));
}
function decodeMeta(partition, answer) {
    if (answer[0] === CallStatus.NotInitialised)
        return { kind: 'absent', partition };
    const [, epoch, partitions, format, seq, created] = answer;
    return {
        kind: 'present',
        partition,
        epoch: epoch,
        partitions: partitions,
        format: format,
        seq: seq,
        created: created === 1,
    };
}
//# sourceMappingURL=initialise.js.map