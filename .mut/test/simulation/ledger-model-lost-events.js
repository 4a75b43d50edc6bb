import { eventKey } from './ledger-model-tables.js';
const KEPT_MAX = 16;
/** `statements/keep-lost-events.sql`: what was there before the statement is what is counted. */
export function keepLostEvents(tables, epoch, events) {
    const { lostEvents } = tables;
    const before = [...lostEvents];
    for (const { partition, seq, at, skus } of events) {
        const ofPartition = before.filter((row) => row.epoch === epoch && row.partition === partition);
        const isKept = lostEvents.some((row) => row.epoch === epoch && row.partition === partition && row.seq === seq && row.at === at);
        if (ofPartition.length < KEPT_MAX && !isKept)
            lostEvents.push({ epoch, partition, seq, at, skus });
    }
}
/** `queries/read-lost-events.sql`. */
export function lostEvents(tables) {
    return tables.lostEvents
        .filter(({ epoch, partition }) => tables.positions.get(partition)?.epoch === epoch)
        .map(({ epoch: _, ...event }) => event)
        .sort((a, b) => a.partition - b.partition || a.seq - b.seq || a.at - b.at);
}
/** `queries/read-event-times.sql`. */
export function eventTimes(tables, places) {
    return places.flatMap(({ partition, seq }) => {
        const epoch = tables.positions.get(partition)?.epoch ?? 0;
        const row = tables.ledgerEvents.get(eventKey(epoch, partition, seq));
        return row === undefined ? [] : [{ partition, seq, at: row.at }];
    });
}
//# sourceMappingURL=ledger-model-lost-events.js.map