import { CHANGE_KINDS } from '../domain/event.js';
import type { SkuCounters } from '../domain/sku.js';
import type { ItemResult, StockReply } from '../domain/stock-call.js';
import { viewsOf } from '../events/codec.js';
import { CHANGE_WIDTH, ChangeField, SKU_WIDTH, type StoredEvent } from '../events/stored-event.js';
import { call, eachEvent, type RecountPorts } from './recount.js';

/** The script brings a recount on over a few events by itself; older ones are brought near before, so often. */
const ATTEMPTS = 50;
/** A repair that Redis did not see by then (Redis time) must not happen any more. */
const VALID_MS = 5000;

/** Counters as they should be, as of `seq`. */
export interface RecountedSku {
  readonly partition: number;
  readonly sku: string;
  readonly seq: number;
  readonly counters: SkuCounters;
}

export type RepairOutcome =
  | { readonly kind: 'repaired'; readonly seq: number; readonly units: number }
  | { readonly kind: 'refused'; readonly detail: string };

/**
 * Takes what is not there off the sale. The script does it at exactly the seq it finds, and only when few events lie between
 * that and the recount; so the events since are added to the recount first. Rejects with `LedgerUnavailable`.
 */
export async function withhold(
  ports: RecountPorts,
  recounted: RecountedSku,
  actor: string,
): Promise<RepairOutcome> {
  let current = recounted;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const reply = await repair(ports, current, 0, actor);
    if (refusalOf(reply) !== 'recount_is_old') return outcomeOf(reply, current);
    const next = await rolledOn(ports, current, reply.seq);
    if (next === undefined)
      return { kind: 'refused', detail: 'the events since the recount were trimmed away' };
    current = next;
  }
  return { kind: 'refused', detail: `the partition moved on before each of ${ATTEMPTS} attempts` };
}

/** Puts back on sale what `first` and `second` both found, with nothing between them. Rejects with `LedgerUnavailable`. */
export async function giveBack(
  ports: RecountPorts,
  first: RecountedSku,
  second: RecountedSku,
  actor: string,
): Promise<RepairOutcome> {
  const reply = await repair(ports, first, second.seq, actor);
  return outcomeOf(reply, first);
}

async function repair(
  ports: RecountPorts,
  { partition, sku, seq, counters }: RecountedSku,
  secondSeq: number,
  actor: string,
): Promise<StockReply> {
  const scope = { partition, epoch: ports.epoch, seqSeen: seq };
  const { now } = await call(ports, { ...scope, operation: 'head' });
  return call(ports, {
    ...scope,
    operation: 'repair',
    ...{ sku, seq, counters, secondSeq, notAfter: now + VALID_MS, actor },
  });
}

function refusalOf({ results }: StockReply): string | undefined {
  const result = results[0];
  return result?.kind === 'refused' ? result.refusal.code : undefined;
}

function outcomeOf(reply: StockReply, { counters }: RecountedSku): RepairOutcome {
  const result: ItemResult | undefined = reply.results[0];
  if (result?.kind === 'sku') return { kind: 'repaired', seq: reply.seq, units: counters.available };
  return { kind: 'refused', detail: `the script answered ${refusalOf(reply) ?? 'nothing'}` };
}

/** The recount as of `seq`; `undefined` when some of the events until there are gone. */
async function rolledOn(
  ports: RecountPorts,
  recounted: RecountedSku,
  seq: number,
): Promise<RecountedSku | undefined> {
  let { counters } = recounted;
  const complete = await eachEvent(ports.source, recounted.partition, recounted.seq, seq, (event) => {
    counters = afterEvent(counters, recounted.sku, event);
  });
  return complete ? { ...recounted, seq, counters } : undefined;
}

/** What an event means for counters that are right, whatever it says of those in the store. */
export function afterEvent(before: SkuCounters, sku: string, event: StoredEvent): SkuCounters {
  let { total, held, sold, reserved } = before;
  const { changes, skus } = event;
  for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
    const place = (changes[base + ChangeField.sku] as number) - 1;
    if (skus[place * SKU_WIDTH] !== sku) continue;
    const units = changes[base + ChangeField.units] as number;
    const kind = CHANGE_KINDS[changes[base] as number];
    if (kind === 'held') held += units;
    else if (kind === 'confirmed') {
      held -= units;
      sold += units;
    } else if (kind === 'released' || kind === 'expired') held -= units;
    else if (kind === 'adjusted') total += units;
    else if (changesReserve(kind, changes[base + ChangeField.detail] as string))
      reserved = viewsOf(event)[place]!.reserved;
  }
  return { total, available: total - held - sold - reserved, held, sold, reserved };
}

/** The same rule as in `queries/sum-history.sql`. */
function changesReserve(kind: string | undefined, detail: string): boolean {
  return (kind === 'patched' || kind === 'repaired') && detail.includes('"reserved":');
}
