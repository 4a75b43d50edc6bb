import { LedgerUnavailable } from '../domain/ports.js';
import { viewsOf } from '../events/codec.js';
import { decodeStoredEvent } from '../events/stored-event.js';
import { BuyerTally, HoldTally } from './tallies.js';
/** Redis serves nobody else meanwhile: about a millisecond a page. */
const PAGE_COUNT = 500;
/** A member carries up to 256 holds. */
const DEADLINE_MEMBERS = 20;
const EVENTS_PER_READ = 200;
const ATTEMPTS = 3;
/**
 * Counts a partition while it goes on selling. Pages are read one after another and each is of another moment; the events
 * between the first moment and the last, replayed over what the pages said, make all of it true at the last one: what no
 * event touched was the same in every page. Rejects with `LedgerUnavailable` when Redis does not answer, or when the
 * events of the time it took were trimmed away three times in a row.
 */
export async function recountPartition(ports, partition, pace = () => Promise.resolve()) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const count = await tryToCount(ports, partition, pace);
        if (count !== undefined)
            return count;
    }
    throw new LedgerUnavailable('the events needed for the audit were trimmed away while it counted');
}
async function tryToCount(ports, partition, pace) {
    const scope = { partition, epoch: ports.epoch, seqSeen: 0 };
    const first = await call(ports, { ...scope, operation: 'head' });
    const views = new Map();
    const holds = new HoldTally();
    const buyers = new BuyerTally(first.seq);
    const pages = (operation, count, take) => eachPage(ports, { ...scope, operation, count }, pace, take);
    await pages('page_skus', PAGE_COUNT, ({ skus }) => {
        for (const view of skus)
            views.set(view.sku, view);
    });
    await pages('page_holds', PAGE_COUNT, (reply) => holds.take(reply.holds));
    await pages('page_deadlines', DEADLINE_MEMBERS, ({ deadlines }) => holds.takeDeadlines(deadlines ?? []));
    await pages('page_buyers', PAGE_COUNT, (reply) => buyers.take(reply.buyers ?? [], reply.seq));
    const last = await call(ports, { ...scope, operation: 'head' });
    const complete = await eachEvent(ports.source, partition, first.seq, last.seq, (event) => {
        for (const view of viewsOf(event))
            views.set(view.sku, view);
        holds.replay(event);
        buyers.replay(event);
    });
    if (!complete)
        return undefined;
    return { seq: last.seq, views, ...holds.sums(), buyers: buyers.sums() };
}
async function eachPage(ports, page, pace, take) {
    let cursor = '0';
    do {
        const reply = await call(ports, { ...page, cursor });
        take(reply);
        cursor = reply.cursor;
        await pace();
    } while (cursor !== '0');
}
/** Answers false when some event of (`after`, `last`] is not there any more. */
export async function eachEvent(source, partition, after, last, take) {
    let seq = after;
    while (seq < last) {
        const limit = Math.min(EVENTS_PER_READ, last - seq);
        const [entries = []] = await source.read([{ partition, afterSeq: seq, limit }]).catch((cause) => {
            throw new LedgerUnavailable(`the stock store did not give its events: ${cause.message}`, { cause });
        });
        if (entries.length === 0)
            return false;
        for (const entry of entries) {
            if (entry.seq !== seq + 1)
                return false;
            take(decodeStoredEvent(entry.bytes));
            seq = entry.seq;
        }
    }
    return true;
}
export async function call({ store }, request) {
    const [result] = await store.execute([request]);
    if (result?.kind === 'reply')
        return result;
    throw new LedgerUnavailable(`the stock store did not answer ${request.operation}: ${result?.kind ?? 'nothing'}`);
}
//# sourceMappingURL=recount.js.map