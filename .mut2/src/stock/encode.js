import { Packr } from 'msgpackr';
import { HOLD_STATES } from '../domain/hold.js';
import { skuValues } from '../domain/sku.js';
import { MessagePackWriter } from './message-pack.js';
const packr = new Packr({ useRecords: false });
const writer = new MessagePackWriter();
/** Number of keys every function takes; see lua/README.md. */
export const KEYS_PER_PARTITION = 8;
/** The keys of a partition in the order the functions take them. */
export function keysOf(partition) {
    const tag = `{p${partition}}`;
    return [
        `${tag}:skus`,
        `${tag}:holds`,
        `${tag}:buyers`,
        `${tag}:deadlines`,
        `${tag}:events`,
        `${tag}:meta`,
        `${tag}:definitions`,
        `${tag}:adjustments`,
    ];
}
/** Version of everything the function library stores; another one is refused. */
export const STOCK_FORMAT = 1;
const ACTION_NUMBERS = { open: 0, pause: 1, close: 2 };
const UNCHANGED = -1;
const ENCODERS = {
    confirm: (call) => confirmColumns(call.items),
    release: (call) => releaseColumns(call.items),
    read_holds: (call) => [call.holdIds],
    read_skus: (call) => [call.skus],
    define: ({ definition, notAfter, actor }) => [...definitionValues(definition), notAfter, actor],
    patch: ({ patch, notAfter, actor }) => [
        patch.sku,
        patch.buyerLimit ?? UNCHANGED,
        patch.holdTtlMs ?? UNCHANGED,
        patch.opensAt ?? UNCHANGED,
        patch.closesAt ?? UNCHANGED,
        patch.reserved !== undefined && 'units' in patch.reserved ? patch.reserved.units : UNCHANGED,
        patch.reserved !== undefined && 'percent' in patch.reserved ? patch.reserved.percent : UNCHANGED,
        notAfter,
        actor,
    ],
    change_state: (call) => [call.sku, ACTION_NUMBERS[call.action], call.notAfter, call.actor],
    adjust: (call, retention) => [
        call.sku,
        call.adjustmentId,
        call.delta,
        call.reason,
        call.notAfter,
        call.actor,
        retention.adjustmentMs,
    ],
    repair: ({ counters: { total, held, sold, reserved }, ...call }) => [
        call.sku,
        call.seq,
        total,
        held,
        sold,
        reserved,
        call.secondSeq,
        call.notAfter,
        call.actor,
    ],
    expire: (call) => [call.limit, call.retentionMs, call.ledgerSeq],
    head: () => [],
    page_skus: (call) => [call.cursor, call.count],
    page_holds: (call) => [call.cursor, call.count],
    page_buyers: (call) => [call.cursor, call.count],
    page_deadlines: (call) => [call.cursor, call.count],
    trim: (call) => [call.committedSeq, call.keepFromSeq],
    seal: (call) => [call.partitions, STOCK_FORMAT],
    restore_begin: (call) => [call.partitions, STOCK_FORMAT, call.last],
    restore: (call) => restoreColumns(call),
    restore_end: () => [],
};
/** The operation's own arguments (`ARGV[3]`) as MessagePack. Items become columns, which Redis commands take as they are. */
export function encodeArguments(call, retention) {
    if (call.operation === 'hold')
        return encodeHolds(call.items);
    const encoder = ENCODERS[call.operation];
    return packr.pack(encoder(call, retention));
}
/** `initialise` is no StockCall: it is asked once, at start, before there is an epoch to check. */
export function encodeInitialise(partitions, format, mayCreate) {
    return packr.pack([partitions, format, mayCreate ? 1 : 0]);
}
function encodeHolds(items) {
    const count = items.length;
    const names = [];
    const places = new Map();
    const nameOf = new Array(count);
    const holdIds = new Array(count);
    const buyers = new Array(count);
    const quantities = new Array(count);
    const notAfters = new Array(count);
    const actors = new Array(count);
    let lastName = '';
    let place = 0;
    for (let index = 0; index < count; index += 1) {
        const item = items[index];
        if (item.sku !== lastName) {
            lastName = item.sku;
            place = places.get(lastName) ?? names.push(lastName);
            places.set(lastName, place);
        }
        nameOf[index] = place;
        holdIds[index] = item.holdId;
        buyers[index] = item.buyerId;
        quantities[index] = item.quantity;
        notAfters[index] = item.notAfter;
        actors[index] = item.actor;
    }
    writer.array(7);
    writer.texts(names);
    writer.numbers(nameOf);
    writer.texts(holdIds);
    writer.texts(buyers);
    writer.numbers(quantities);
    writer.numbers(notAfters);
    writer.texts(actors);
    return writer.take();
}
function confirmColumns(items) {
    return [
        items.map((item) => item.holdId),
        items.map((item) => item.paymentRef),
        items.map((item) => item.notAfter),
        items.map((item) => item.actor),
    ];
}
function releaseColumns(items) {
    return [
        items.map((item) => item.holdId),
        items.map((item) => item.notAfter),
        items.map((item) => item.actor),
    ];
}
function definitionValues(definition) {
    const { sku, total, reserved, buyerLimit, holdTtlMs, opensAt, closesAt } = definition;
    return [sku, total, reserved, buyerLimit, holdTtlMs, opensAt, closesAt];
}
function restoreColumns({ skus, definitions, holds, buyers, adjustments }) {
    return [
        skus.flatMap(skuValues),
        definitions.flatMap(definitionValues),
        holds.flatMap(({ hold, forgottenAt, withholds }) => [
            hold.holdId,
            hold.sku,
            hold.buyerId,
            hold.quantity,
            HOLD_STATES.indexOf(hold.state),
            hold.expiresAt,
            hold.state === 'held' ? 0 : hold.endedAt,
            hold.state === 'confirmed' ? hold.paymentRef : '',
            forgottenAt,
            withholds ? 1 : 0,
        ]),
        buyers.flatMap((buyer) => [buyer.sku, buyer.buyerId, buyer.units, buyer.holdIds.join('')]),
        adjustments.flatMap((a) => [a.adjustmentId, a.delta, a.sku, a.reason, a.forgottenAt]),
    ];
}
//# sourceMappingURL=encode.js.map