import { digestOfStored } from '../events/digest.js';
import { CorruptEvent, decodeStoredEvent } from '../events/stored-event.js';
/**
 * Partitions whose stream does not have the newest written event, or says something else of it than the ledger: the store went
 * back in time, and may have been written anew since, which no comparison of numbers can show. Events already trimmed
 * cannot be compared. `newest` must have been read before the call. Rejects with the connection's error.
 */
export async function brokenContinuities(source, newest) {
    if (newest.length === 0)
        return [];
    const partitions = Math.max(...newest.map(({ partition }) => partition)) + 1;
    // Before the events: a store that is behind may be written on at any moment, and then what it lacks looks like trimmed.
    const { seqs } = await source.sample(partitions);
    const requests = newest.map(({ partition, seq }) => ({ partition, afterSeq: seq - 1, limit: 1 }));
    // What a node that is down has is compared when it comes back, which makes the writer look again.
    const answers = (await source.readWhatAnswers?.(requests)) ?? (await source.read(requests));
    return newest.flatMap(({ partition, seq, digest }, index) => {
        const entry = answers[index]?.[0];
        const isBehind = (seqs[partition] ?? seq) < seq;
        const isAnother = entry?.seq === seq && !saysTheSame(entry.bytes, digest);
        return isBehind || isAnother ? [{ partition, seq }] : [];
    });
}
function saysTheSame(bytes, digest) {
    try {
        return digestOfStored(decodeStoredEvent(bytes)).equals(digest);
    }
    catch (error) {
        if (error instanceof CorruptEvent)
            return false;
        throw error;
    }
}
//# sourceMappingURL=continuity.js.map