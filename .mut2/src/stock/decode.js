import { Unpackr } from 'msgpackr';
import { HOLD_STATES } from '../domain/hold.js';
import { SKU_STATES } from '../domain/sku.js';
import { CallStatus, ReplyCode } from './reply-codes.js';
// Redis packs milliseconds as 64-bit integers; they and every counter are far below 2^53.
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });
const VIEW_LENGTH = 11;
const HOLD_LENGTH = 8;
export function unpackAnswer(packed) {
    const answer = unpackr.unpack(packed);
    if (!Array.isArray(answer))
        throw new TypeError('an answer of the function library is not an array');
    return answer;
}
/** An answer of any operation but `initialise`. Throws when it is not one (a library and an engine that do not fit). */
export function decodeAnswer(call, packed) {
    const answer = unpackAnswer(packed);
    switch (answer[0]) {
        case CallStatus.Done:
            return decodeDone(call, answer);
        case CallStatus.WrongEpoch:
            return { kind: 'wrong_epoch', epoch: answer[1] };
        case CallStatus.BehindSeqSeen:
            return { kind: 'rolled_back', seq: answer[1] };
        case CallStatus.NotInitialised:
            return { kind: 'rolled_back', seq: 0 };
        default:
            throw new TypeError(`unknown status ${String(answer[0])} from the function library`);
    }
}
function decodeDone(call, answer) {
    const [, seq, now, changed, packedViews, codes, details, extra] = answer;
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
const NO_EXTRA = { nextDue: 0, more: false, cursor: '0', holds: [], oldestSeq: 0 };
function decodeExtra(call, extra) {
    if (!Array.isArray(extra))
        return NO_EXTRA;
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
function decodeViews(values) {
    const views = [];
    for (let at = 0; at < values.length; at += VIEW_LENGTH) {
        views.push({
            sku: values[at],
            state: SKU_STATES[values[at + 1]],
            total: values[at + 2],
            available: values[at + 3],
            held: values[at + 4],
            sold: values[at + 5],
            reserved: values[at + 6],
            buyerLimit: values[at + 7],
            holdTtlMs: values[at + 8],
            opensAt: values[at + 9],
            closesAt: values[at + 10],
        });
    }
    return views;
}
function decodeHolds(values, from) {
    const holds = [];
    for (let at = from; at < values.length; at += HOLD_LENGTH)
        holds.push(decodeHold(values, at));
    return holds;
}
function decodeBuyers(values) {
    const buyers = [];
    for (let at = 1; at < values.length; at += 2) {
        buyers.push({ key: values[at], units: values[at + 1] });
    }
    return buyers;
}
const ID_LENGTH = 28;
function decodeDeadlines(values) {
    const deadlines = [];
    for (let at = 1; at < values.length; at += 2) {
        const text = values[at + 1];
        const holdIds = [];
        for (let from = 0; from < text.length; from += ID_LENGTH)
            holdIds.push(text.slice(from, from + ID_LENGTH));
        deadlines.push({ at: values[at], holdIds });
    }
    return deadlines;
}
function decodeHold(values, at = 0) {
    const facts = {
        holdId: values[at],
        sku: values[at + 1],
        buyerId: values[at + 2],
        quantity: values[at + 3],
        expiresAt: values[at + 5],
    };
    const state = HOLD_STATES[values[at + 4]];
    if (state === 'held')
        return { ...facts, state };
    const endedAt = values[at + 6];
    if (state === 'confirmed')
        return { ...facts, state, endedAt, paymentRef: values[at + 7] };
    return { ...facts, state, endedAt };
}
function decodeResults(codes, details, now, skus) {
    const count = codes.length;
    const results = new Array(count);
    // Holds of one SKU made in one call have one deadline: they share one object, which is most of what a sale makes.
    let created = { kind: 'created', expiresAt: 0 };
    for (let index = 0; index < count; index += 1) {
        const code = codes[index];
        const detail = details[index];
        if (code === ReplyCode.Created) {
            const expiresAt = now + detail;
            if (created.expiresAt !== expiresAt)
                created = { kind: 'created', expiresAt };
            results[index] = created;
        }
        else
            results[index] = decodeResult(code, detail, skus);
    }
    return results;
}
function decodeResult(code, detail, skus) {
    switch (code) {
        case ReplyCode.HoldNow:
        case ReplyCode.HoldReplayed:
            return {
                kind: 'hold',
                hold: decodeHold(detail),
                replayed: code === ReplyCode.HoldReplayed,
            };
        case ReplyCode.SkuChanged:
        case ReplyCode.SkuUnchanged:
            return { kind: 'sku', view: skus[detail - 1], changed: code === ReplyCode.SkuChanged };
        default:
            return { kind: 'refused', refusal: decodeRefusal(code, detail) };
    }
}
function decodeRefusal(code, detail) {
    switch (code) {
        case ReplyCode.SoldOut:
            return { code: 'sold_out', available: detail };
        case ReplyCode.BuyerLimit: {
            const [limit, remaining, ...holdIds] = detail;
            return { code: 'buyer_limit', limit, remaining, holdIds };
        }
        case ReplyCode.NotOpen:
            return { code: 'not_open', opensAt: detail };
        case ReplyCode.InsufficientStock:
            return { code: 'insufficient_stock', available: detail };
        case ReplyCode.TotalOutOfRange:
            return { code: 'total_out_of_range', total: detail };
        case ReplyCode.HoldExpired:
            return { code: 'hold_expired', hold: decodeHold(detail) };
        case ReplyCode.HoldReleased:
            return { code: 'hold_released', hold: decodeHold(detail) };
        case ReplyCode.HoldConfirmed:
            return { code: 'hold_confirmed', hold: decodeHold(detail) };
        default: {
            const plain = PLAIN_REFUSALS.get(code);
            if (plain === undefined)
                throw new TypeError(`unknown code ${code} from the function library`);
            return plain;
        }
    }
}
const PLAIN_REFUSALS = new Map([
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
//# sourceMappingURL=decode.js.map