import { Unpackr } from 'msgpackr';
import { HOLD_STATES, type Hold } from '../domain/hold.js';
import { SKU_STATES, type SkuView } from '../domain/sku.js';
import type {
  BuyerUnits,
  HoldDeadline,
  ItemRefusal,
  ItemResult,
  StockCall,
  StockCallResult,
  StockReply,
} from '../domain/stock-call.js';
import { CallStatus, ReplyCode } from './reply-codes.js';

// Redis packs milliseconds as 64-bit integers; they and every counter are far below 2^53.
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });

const VIEW_LENGTH = 11;
const HOLD_LENGTH = 8;

/** MessagePack as our functions answer it: arrays, texts and numbers. */
export type Answer = readonly unknown[];

export function unpackAnswer(packed: Buffer): Answer {
  const answer: unknown = unpackr.unpack(packed);
  if (!Array.isArray(answer)) throw new TypeError('an answer of the function library is not an array');
  return answer;
}

/** An answer of any operation but `initialise`. Throws when it is not one (a library and an engine that do not fit). */
export function decodeAnswer(call: StockCall, packed: Buffer): StockCallResult {
  const answer = unpackAnswer(packed);
  switch (answer[0]) {
    case CallStatus.Done:
      return decodeDone(call, answer);
    case CallStatus.WrongEpoch:
      return { kind: 'wrong_epoch', epoch: answer[1] as number };
    case CallStatus.BehindSeqSeen:
      return { kind: 'rolled_back', seq: answer[1] as number };
    case CallStatus.NotInitialised:
      return { kind: 'rolled_back', seq: 0 };
    default:
      throw new TypeError(`unknown status ${String(answer[0])} from the function library`);
  }
}

function decodeDone(call: StockCall, answer: Answer): StockReply {
  const [, seq, now, changed, packedViews, codes, details, extra] = answer as [
    number,
    number,
    number,
    number,
    unknown[],
    number[],
    unknown[],
    unknown,
  ];
  const skus = decodeViews(packedViews);
  return {
    kind: 'reply',
    seq,
    changed: changed === 1,
    now,
    skus,
    results: codes.length === 0 ? [] : decodeResults(codes, details, now, skus),
    ...decodeExtra(call, extra),
  };
}

type Extra = Pick<
  StockReply,
  'nextDue' | 'more' | 'expired' | 'cursor' | 'holds' | 'buyers' | 'deadlines' | 'oldestSeq'
>;
const NO_EXTRA: Extra = { nextDue: 0, more: false, cursor: '0', holds: [], oldestSeq: 0 };

function decodeExtra(call: StockCall, extra: unknown): Extra {
  if (!Array.isArray(extra)) return NO_EXTRA;
  switch (call.operation) {
    case 'expire':
      return { ...NO_EXTRA, nextDue: extra[0], more: extra[1] === 1, expired: extra[2] };
    case 'head':
      return { ...NO_EXTRA, nextDue: extra[0], oldestSeq: extra[1] };
    case 'trim':
      return { ...NO_EXTRA, oldestSeq: extra[0] };
    case 'page_skus':
      return { ...NO_EXTRA, cursor: extra[0] };
    case 'page_holds':
      return { ...NO_EXTRA, cursor: extra[0], holds: decodeHolds(extra, 1) };
    case 'page_buyers':
      return { ...NO_EXTRA, cursor: extra[0], buyers: decodeBuyers(extra) };
    case 'page_deadlines':
      return { ...NO_EXTRA, cursor: extra[0], deadlines: decodeDeadlines(extra) };
    default:
      return NO_EXTRA;
  }
}

function decodeViews(values: readonly unknown[]): readonly SkuView[] {
  const views: SkuView[] = [];
  for (let at = 0; at < values.length; at += VIEW_LENGTH) {
    views.push({
      sku: values[at] as string,
      state: SKU_STATES[values[at + 1] as number]!,
      total: values[at + 2] as number,
      available: values[at + 3] as number,
      held: values[at + 4] as number,
      sold: values[at + 5] as number,
      reserved: values[at + 6] as number,
      buyerLimit: values[at + 7] as number,
      holdTtlMs: values[at + 8] as number,
      opensAt: values[at + 9] as number,
      closesAt: values[at + 10] as number,
    });
  }
  return views;
}

function decodeHolds(values: readonly unknown[], from: number): readonly Hold[] {
  const holds: Hold[] = [];
  for (let at = from; at < values.length; at += HOLD_LENGTH) holds.push(decodeHold(values, at));
  return holds;
}

function decodeBuyers(values: readonly unknown[]): readonly BuyerUnits[] {
  const buyers: BuyerUnits[] = [];
  for (let at = 1; at < values.length; at += 2) {
    buyers.push({ key: values[at] as string, units: values[at + 1] as number });
  }
  return buyers;
}

const ID_LENGTH = 28;

function decodeDeadlines(values: readonly unknown[]): readonly HoldDeadline[] {
  const deadlines: HoldDeadline[] = [];
  for (let at = 1; at < values.length; at += 2) {
    const text = values[at + 1] as string;
    const holdIds: string[] = [];
    for (let from = 0; from < text.length; from += ID_LENGTH)
      holdIds.push(text.slice(from, from + ID_LENGTH));
    deadlines.push({ at: values[at] as number, holdIds });
  }
  return deadlines;
}

function decodeHold(values: readonly unknown[], at = 0): Hold {
  const facts = {
    holdId: values[at] as string,
    sku: values[at + 1] as string,
    buyerId: values[at + 2] as string,
    quantity: values[at + 3] as number,
    expiresAt: values[at + 5] as number,
  };
  const state = HOLD_STATES[values[at + 4] as number]!;
  if (state === 'held') return { ...facts, state };
  const endedAt = values[at + 6] as number;
  if (state === 'confirmed') return { ...facts, state, endedAt, paymentRef: values[at + 7] as string };
  return { ...facts, state, endedAt };
}

function decodeResults(
  codes: readonly number[],
  details: readonly unknown[],
  now: number,
  skus: readonly SkuView[],
): readonly ItemResult[] {
  const count = codes.length;
  const results = new Array<ItemResult>(count);
  // Holds of one SKU made in one call have one deadline: they share one object, which is most of what a sale makes.
  let created: Extract<ItemResult, { kind: 'created' }> = { kind: 'created', expiresAt: 0 };
  for (let index = 0; index < count; index += 1) {
    const code = codes[index]!;
    const detail = details[index];
    if (code === ReplyCode.Created) {
      const expiresAt = now + (detail as number);
      if (created.expiresAt !== expiresAt) created = { kind: 'created', expiresAt };
      results[index] = created;
    } else results[index] = decodeResult(code, detail, skus);
  }
  return results;
}

function decodeResult(code: number, detail: unknown, skus: readonly SkuView[]): ItemResult {
  switch (code) {
    case ReplyCode.HoldNow:
    case ReplyCode.HoldReplayed:
      return {
        kind: 'hold',
        hold: decodeHold(detail as unknown[]),
        replayed: code === ReplyCode.HoldReplayed,
      };
    case ReplyCode.SkuChanged:
    case ReplyCode.SkuUnchanged:
      return { kind: 'sku', view: skus[(detail as number) - 1]!, changed: code === ReplyCode.SkuChanged };
    default:
      return { kind: 'refused', refusal: decodeRefusal(code, detail) };
  }
}

function decodeRefusal(code: number, detail: unknown): ItemRefusal {
  switch (code) {
    case ReplyCode.SoldOut:
      return { code: 'sold_out', available: detail as number };
    case ReplyCode.BuyerLimit: {
      const [limit, remaining, ...holdIds] = detail as [number, number, ...string[]];
      return { code: 'buyer_limit', limit, remaining, holdIds };
    }
    case ReplyCode.NotOpen:
      return { code: 'not_open', opensAt: detail as number };
    case ReplyCode.InsufficientStock:
      return { code: 'insufficient_stock', available: detail as number };
    case ReplyCode.TotalOutOfRange:
      return { code: 'total_out_of_range', total: detail as number };
    case ReplyCode.HoldExpired:
      return { code: 'hold_expired', hold: decodeHold(detail as unknown[]) };
    case ReplyCode.HoldReleased:
      return { code: 'hold_released', hold: decodeHold(detail as unknown[]) };
    case ReplyCode.HoldConfirmed:
      return { code: 'hold_confirmed', hold: decodeHold(detail as unknown[]) };
    default: {
      const plain = PLAIN_REFUSALS.get(code);
      if (plain === undefined) throw new TypeError(`unknown code ${code} from the function library`);
      return plain;
    }
  }
}

const PLAIN_REFUSALS: ReadonlyMap<number, ItemRefusal> = new Map<number, ItemRefusal>([
  [ReplyCode.UnknownSku, { code: 'unknown_sku' }],
  [ReplyCode.TooLate, { code: 'too_late' }],
  [ReplyCode.Paused, { code: 'paused' }],
  [ReplyCode.Closed, { code: 'closed' }],
  [ReplyCode.IdempotencyMismatch, { code: 'idempotency_mismatch' }],
  [ReplyCode.UnknownHold, { code: 'unknown_hold' }],
  [ReplyCode.SkuExists, { code: 'sku_exists' }],
  [ReplyCode.RecountIsOld, { code: 'recount_is_old' }],
  [ReplyCode.GivesBack, { code: 'gives_back' }],
]);
