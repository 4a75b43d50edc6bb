import { executePatiently, waitWith } from '../domain/patience.js';
import { type Clock, LedgerUnavailable } from '../domain/ports.js';
import { ScanPlace } from '../domain/scan-place.js';
import type { SkuView } from '../domain/sku.js';
import type { StockCall, StockReply, StockStore } from '../domain/stock-call.js';
import { viewsOf } from '../events/codec.js';
import type { EventSource } from '../events/reader.js';
import { decodeStoredEvent, type StoredEvent } from '../events/stored-event.js';
import { BuyerTally, HoldTally } from './tallies.js';

/** Everything a partition says of its stock, exactly as of `seq`. Maps are by SKU; SKUs with nothing are missing. */
export interface PartitionCount {
  readonly seq: number;
  /** Counters as the store keeps them. */
  readonly views: ReadonlyMap<string, SkuView>;
  /** Units of live holds, counted hold by hold. */
  readonly held: ReadonlyMap<string, number>;
  /** Live holds that no deadline will end. */
  readonly undated: ReadonlyMap<string, number>;
  /** Units held or bought, counted buyer by buyer. */
  readonly buyers: ReadonlyMap<string, number>;
}

export interface RecountPorts {
  readonly store: StockStore;
  readonly source: EventSource;
  readonly epoch: number;
  readonly clock: Clock;
}

/** Between pages: waits, where somebody else needs the time more. */
export type Pace = () => Promise<void>;

/** Redis serves nobody else meanwhile: about a millisecond a page. */
const PAGE_COUNT = 500;
/** A member carries up to 256 holds. */
const DEADLINE_MEMBERS = 20;
const EVENTS_PER_READ = 200;
const ATTEMPTS = 3;
/** Scans that began anew because the partition moved; each is a few pages, and a move takes many calls. */
const RESTARTS_MAX = 100;

/**
 * Counts a partition while it goes on selling. Pages are read one after another and each is of another moment; the events
 * between the first moment and the last, replayed over what the pages said, make all of it true at the last one: what no
 * event touched was the same in every page. Rejects with `LedgerUnavailable` when Redis does not answer, or when the
 * events of the time it took were trimmed away three times in a row.
 */
export async function recountPartition(
  ports: RecountPorts,
  partition: number,
  pace: Pace = () => Promise.resolve(),
): Promise<PartitionCount> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const count = await tryToCount(ports, partition, pace);
    if (count !== undefined) return count;
  }
  throw new LedgerUnavailable('the events needed for the audit were trimmed away while it counted');
}

async function tryToCount(
  ports: RecountPorts,
  partition: number,
  pace: Pace,
): Promise<PartitionCount | undefined> {
  const scope = { partition, epoch: ports.epoch, seqSeen: 0 };
  const first = await call(ports, { ...scope, operation: 'head' });
  const views = new Map<string, SkuView>();
  const holds = new HoldTally();
  const buyers = new BuyerTally(first.seq);
  const pages = (operation: PageOperation, count: number, take: (reply: StockReply) => void) =>
    eachPage(ports, { ...scope, operation, count }, pace, take);
  await pages('page_skus', PAGE_COUNT, ({ skus }) => {
    for (const view of skus) views.set(view.sku, view);
  });
  await pages('page_holds', PAGE_COUNT, (reply) => holds.take(reply.holds));
  await pages('page_deadlines', DEADLINE_MEMBERS, ({ deadlines }) => holds.takeDeadlines(deadlines ?? []));
  await pages('page_buyers', PAGE_COUNT, (reply) => buyers.take(reply.buyers ?? [], reply.seq));
  const last = await call(ports, { ...scope, operation: 'head' });
  const complete = await eachEvent(ports.source, partition, first.seq, last.seq, (event) => {
    for (const view of viewsOf(event)) views.set(view.sku, view);
    holds.replay(event);
    buyers.replay(event);
  });
  if (!complete) return undefined;
  return { seq: last.seq, views, ...holds.sums(), buyers: buyers.sums() };
}

type PageOperation = Extract<StockCall, { readonly cursor: string }>['operation'];

async function eachPage(
  ports: RecountPorts,
  page: {
    readonly partition: number;
    readonly epoch: number;
    readonly seqSeen: number;
    readonly operation: PageOperation;
    readonly count: number;
  },
  pace: Pace,
  take: (reply: StockReply) => void,
): Promise<void> {
  const place = new ScanPlace(() => ports.store.placeOf?.(page.partition) ?? 0);
  let cursor = '0';
  do {
    const asked = { ...page, cursor };
    const reply = await place.page(() => call(ports, asked));
    if (reply !== undefined) take(reply);
    else if (place.restarts === RESTARTS_MAX)
      throw new LedgerUnavailable(
        `the partition moved to another server ${RESTARTS_MAX} times while it was counted`,
      );
    cursor = reply?.cursor ?? '0';
    await pace();
  } while (cursor !== '0' || !place.isWhole);
}

/** Answers false when some event of (`after`, `last`] is not there any more. */
export async function eachEvent(
  source: EventSource,
  partition: number,
  after: number,
  last: number,
  take: (event: StoredEvent) => void,
): Promise<boolean> {
  let seq = after;
  while (seq < last) {
    const limit = Math.min(EVENTS_PER_READ, last - seq);
    const [entries = []] = await source.read([{ partition, afterSeq: seq, limit }]).catch((cause: Error) => {
      throw new LedgerUnavailable(`the stock store did not give its events: ${cause.message}`, { cause });
    });
    if (entries.length === 0) return false;
    for (const entry of entries) {
      if (entry.seq !== seq + 1) return false;
      take(decodeStoredEvent(entry.bytes));
      seq = entry.seq;
    }
  }
  return true;
}

export async function call({ store, clock }: RecountPorts, request: StockCall): Promise<StockReply> {
  const [result] = await executePatiently(store, [request], waitWith(clock));
  if (result?.kind === 'reply') return result;
  const reason =
    result !== undefined && 'reason' in result ? `${result.kind}: ${result.reason}` : result?.kind;
  throw new LedgerUnavailable(`the stock store did not answer ${request.operation}: ${reason ?? 'nothing'}`);
}
