import { SharedState, StopReason } from '../domain/shared-state.js';
import { brokenContinuities } from '../ledger/continuity.js';
import { missingEvents } from '../ledger/lost-events.js';
/** Partitions of the stock store that cannot be what Postgres knows of them, each with a sentence; empty when all can. */
export function lostPartitions(metas, { epoch, positions }) {
    const lost = [];
    for (const meta of metas) {
        const { seq = 0, acknowledged = 0 } = positions[meta.partition] ?? {};
        const known = Math.max(seq, acknowledged);
        if (meta.kind === 'absent')
            lost.push(`partition ${meta.partition} is empty; it is known to have reached seq ${known}`);
        else if (meta.epoch !== epoch)
            lost.push(`partition ${meta.partition} is of epoch ${meta.epoch}; the ledger is in ${epoch}`);
        else if (meta.seq < known)
            lost.push(`partition ${meta.partition} ends at seq ${meta.seq}; it is known to have reached ${known}`);
    }
    return lost;
}
/**
 * Partitions whose events are others than those that the ledger has, each with a sentence: a store that went back and was written
 * on since is as far as anybody knows of, and no number shows it. `newest` must have been read before. Rejects with the
 * connection's error.
 */
export async function foreignPartitions(source, newest) {
    const broken = await brokenContinuities(source, newest);
    return broken.map(({ partition, seq }) => `partition ${partition} has another event ${seq} than the ledger: it went back and was written on since`);
}
/**
 * Partitions that do not have what engines had made in them and then did not find any more, each with a sentence: the store was
 * written on past it since, and the ledger had not come so far. `lost` must have been read before. Rejects with the
 * connection's error.
 */
export async function partitionsWithout(source, lost, timesOf) {
    const missing = await missingEvents(source, lost, timesOf);
    return missing.map(({ partition, seq }) => `partition ${partition} does not have the event ${seq} that an engine made: it went back and was written on since`);
}
/** Threads know from the start how far each partition had come, so that a store behind that refuses by itself. */
export function startingState({ partitions, positions }, isRolledBack) {
    const shared = new SharedState(partitions);
    for (const { partition, seq, acknowledged } of positions) {
        shared.raiseSeqSeen(partition, Math.max(seq, acknowledged));
        shared.setLedgerSeq(partition, seq);
    }
    if (isRolledBack)
        shared.raiseStop(StopReason.StoreRolledBack);
    return shared;
}
//# sourceMappingURL=comparison.js.map