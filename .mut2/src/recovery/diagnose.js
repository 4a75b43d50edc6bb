import { brokenContinuities } from '../ledger/continuity.js';
import { missingEvents } from '../ledger/lost-events.js';
/** Compares each partition with what Postgres knows of it. Rejects with the connection's error. */
export async function diagnose(input) {
    const { metas, deployment, source, newest, lost, timesOf } = input;
    const broken = new Set((await brokenContinuities(source, newest)).map(({ partition }) => partition));
    const missing = await missingEvents(source, lost, timesOf);
    const without = new Set(missing.map(({ partition }) => partition));
    return metas.map((meta) => {
        const { partition } = meta;
        const { seq: ledgerSeq = 0, acknowledged = 0 } = deployment.positions[partition] ?? {};
        if (meta.kind === 'absent')
            return { partition, kind: 'empty', head: 0, ledgerSeq };
        const head = meta.seq;
        if (meta.epoch < 0)
            return { partition, kind: 'unfinished', head: 0, ledgerSeq };
        if (meta.epoch !== deployment.epoch)
            return { partition, kind: 'of_another_epoch', head: 0, ledgerSeq };
        if (broken.has(partition))
            return { partition, kind: 'rewritten', head, ledgerSeq };
        const isBehind = head < Math.max(ledgerSeq, acknowledged);
        if (isBehind)
            return { partition, kind: 'behind', head, ledgerSeq };
        return { partition, kind: without.has(partition) ? 'rewritten' : 'whole', head, ledgerSeq };
    });
}
const WORDS = {
    whole: 'whole',
    empty: 'empty',
    behind: 'behind: it came back with older data',
    rewritten: 'rewritten: its events are not the ones that the ledger has or that engines made',
    of_another_epoch: 'of an earlier epoch: it came back with data from before another recovery',
    unfinished: 'left by a recovery that was not finished',
};
/** One line for each kind of finding. */
export function describeFindings(findings) {
    const groups = new Map();
    for (const { kind, partition } of findings)
        groups.set(kind, [...(groups.get(kind) ?? []), partition]);
    return [...groups].map(([kind, partitions]) => `${partitions.length} of ${findings.length} partitions are ${WORDS[kind]} (${partitions.join(', ')})`);
}
//# sourceMappingURL=diagnose.js.map