import { type AuditReport, LedgerUnavailable } from '../domain/ports.js';
import type { SkuView } from '../domain/sku.js';
import type { StockCall, StockReply, StockStore } from '../domain/stock-call.js';
import { viewsOf } from '../events/codec.js';
import type { EventSource } from '../events/reader.js';
import {
  CHANGE_WIDTH,
  ChangeField,
  decodeStoredEvent,
  SKU_WIDTH,
  type StoredEvent,
} from '../events/stored-event.js';

/** Everything a partition says of its stock, exactly as of `seq`. */
export interface PartitionCount {
  readonly seq: number;
  /** Counters as the store keeps them. */
  readonly views: ReadonlyMap<string, SkuView>;
  /** Units of live holds per SKU, counted hold by hold. SKUs without any are missing. */
  readonly held: ReadonlyMap<string, number>;
}

export interface RecountPorts {
  readonly store: StockStore;
  readonly source: EventSource;
  readonly epoch: number;
}

const PAGE_COUNT = 500;
const EVENTS_PER_READ = 200;
const ATTEMPTS = 3;

interface Live {
  readonly sku: string;
  readonly quantity: number;
}

/**
 * Counts a partition while it goes on selling. Pages are read one after another and each is of another moment; the events
 * between the first moment and the last, replayed over what the pages said, make all of it true at the last one: what no
 * event touched was the same in every page. Rejects with `LedgerUnavailable` when Redis does not answer, or when the
 * events of the time it took were trimmed away three times in a row.
 */
export async function recountPartition(ports: RecountPorts, partition: number): Promise<PartitionCount> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const count = await tryToCount(ports, partition);
    if (count !== undefined) return count;
  }
  throw new LedgerUnavailable('the events needed for the audit were trimmed away while it counted');
}

async function tryToCount(ports: RecountPorts, partition: number): Promise<PartitionCount | undefined> {
  const scope = { partition, epoch: ports.epoch, seqSeen: 0 };
  const first = await call(ports, { ...scope, operation: 'head' });
  const views = new Map<string, SkuView>();
  const live = new Map<string, Live>();
  await eachPage(ports, { ...scope, operation: 'page_skus' }, ({ skus }) => {
    for (const view of skus) views.set(view.sku, view);
  });
  await eachPage(ports, { ...scope, operation: 'page_holds' }, ({ holds }) => {
    for (const { holdId, sku, quantity, state } of holds) {
      if (state === 'held') live.set(holdId, { sku, quantity });
      else live.delete(holdId);
    }
  });
  const last = await call(ports, { ...scope, operation: 'head' });
  const complete = await eachEvent(ports.source, partition, first.seq, last.seq, (event) => {
    for (const view of viewsOf(event)) views.set(view.sku, view);
    replayHolds(event, live);
  });
  if (!complete) return undefined;
  const held = new Map<string, number>();
  for (const { sku, quantity } of live.values()) held.set(sku, (held.get(sku) ?? 0) + quantity);
  return { seq: last.seq, views, held };
}

function replayHolds({ changes, skus }: StoredEvent, live: Map<string, Live>): void {
  for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
    const kind = changes[base] as number;
    const holdId = changes[base + ChangeField.holdId] as string;
    if (kind === 0) {
      const sku = skus[((changes[base + ChangeField.sku] as number) - 1) * SKU_WIDTH] as string;
      live.set(holdId, { sku, quantity: changes[base + ChangeField.units] as number });
    } else live.delete(holdId);
  }
}

type PageCall =
  | Omit<Extract<StockCall, { operation: 'page_skus' }>, 'cursor' | 'count'>
  | Omit<Extract<StockCall, { operation: 'page_holds' }>, 'cursor' | 'count'>;

async function eachPage(
  ports: RecountPorts,
  page: PageCall,
  take: (reply: StockReply) => void,
): Promise<void> {
  let cursor = '0';
  do {
    const reply = await call(ports, { ...page, cursor, count: PAGE_COUNT });
    take(reply);
    cursor = reply.cursor;
  } while (cursor !== '0');
}

/** Answers false when some event of (`after`, `last`] is not there any more. */
async function eachEvent(
  source: EventSource,
  partition: number,
  after: number,
  last: number,
  take: (event: StoredEvent) => void,
): Promise<boolean> {
  let seq = after;
  while (seq < last) {
    const limit = Math.min(EVENTS_PER_READ, last - seq);
    const [entries = []] = await source.read([{ partition, afterSeq: seq, limit }]);
    if (entries.length === 0) return false;
    for (const entry of entries) {
      if (entry.seq !== seq + 1) return false;
      take(decodeStoredEvent(entry.bytes));
      seq = entry.seq;
    }
  }
  return true;
}

async function call({ store }: RecountPorts, request: StockCall): Promise<StockReply> {
  const [result] = await store.execute([request]);
  if (result?.kind === 'reply') return result;
  throw new LedgerUnavailable(
    `the stock store did not answer ${request.operation}: ${result?.kind ?? 'nothing'}`,
  );
}

export type Counters = AuditReport['counters'];
