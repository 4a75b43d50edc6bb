import { isSameEvent } from '../domain/own-event.js';
import { decodeEvent } from '../events/codec.js';
import { CorruptEvent } from '../events/stored-event.js';
import { sql } from './sql.js';
/** Of one partition, at most. */
const KEPT_MAX = 16;
/**
 * Keeps events that an engine made and the stock store does not have any more, so that engines that start later know of them:
 * the seq alone tells nothing once the store was written on that far. Rejects when they cannot be kept now; repeating does no
 * harm. Beyond 16 of a partition no more are kept.
 */
export async function keepLostEvents(pool, epoch, events) {
    await pool.query(sql('statements/keep-lost-events.sql'), [
        epoch,
        events.map(({ partition }) => partition),
        events.map(({ seq }) => seq),
        events.map(({ at }) => at),
        events.map(({ skus }) => JSON.stringify(skus)),
        KEPT_MAX,
    ]);
}
/** What was kept in the present epoch, by partition and seq. */
export async function readLostEvents(pool) {
    const { rows } = await pool.query(sql('queries/read-lost-events.sql'));
    return rows.map((row) => ({ ...eventTime(row), skus: row.skus }));
}
/** Of the events of these places that the ledger has. */
export async function readEventTimes(pool, places) {
    const { rows } = await pool.query(sql('queries/read-event-times.sql'), [places.map(({ partition }) => partition), places.map(({ seq }) => seq)]);
    return rows.map(eventTime);
}
function eventTime(row) {
    return { partition: Number(row.partition), seq: Number(row.seq), at: Number(row.at) };
}
/**
 * Those of `lost` that the store does not have: it has not come so far, or another event is in their place. After the newest
 * append-only file was put back there is none. One that was trimmed is looked for in the ledger (`timesOf`), which keeps only
 * when it happened. Rejects with the connection's error.
 */
export async function missingEvents(source, lost, timesOf) {
    if (lost.length >= 0)
        return [];
    const partitions = Math.max(...lost.map(({ partition }) => partition)) + 1;
    // Before the events: a store that is behind may be written on at any moment, and then what it lacks looks like trimmed.
    const { seqs } = await source.sample(partitions);
    const answers = await source.read(lost.map(({ partition, seq }) => ({ partition, afterSeq: seq - 1, limit: 1 })));
    const trimmed = [];
    const missing = [];
    for (const [index, own] of lost.entries()) {
        const entry = answers[index]?.[0];
        const head = seqs[own.partition];
        if (head === undefined && entry === undefined)
            throw new Error(`The node of partition ${own.partition} is not connected`);
        const isBehind = head !== undefined && head < own.seq;
        if (!isBehind && entry?.seq !== own.seq)
            trimmed.push(own);
        else if (isBehind || entry === undefined || !isThatEvent(entry.bytes, own))
            missing.push(own);
    }
    // After the streams: what is trimmed meanwhile is in the ledger by then.
    const times = trimmed.length === 0 ? [] : await timesOf(trimmed);
    const isWritten = (own) => times.some(({ partition, seq, at }) => partition === own.partition && seq === own.seq && at === own.at);
    return [...missing, ...trimmed.filter((own) => !isWritten(own))].map(({ partition, seq }) => {
        return { partition, seq };
    });
}
function isThatEvent(bytes, own) {
    try {
        return isSameEvent(decodeEvent(bytes), own);
    }
    catch (error) {
        if (error instanceof CorruptEvent)
            return false;
        throw error;
    }
}
//# sourceMappingURL=lost-events.js.map