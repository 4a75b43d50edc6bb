import { CHANGE_KINDS } from '../../src/domain/event.js';
import { SKU_STATES } from '../../src/domain/sku.js';
import { digestOfStored } from '../../src/events/digest.js';
import { SkuField } from '../../src/events/stored-event.js';
import { eventKey } from './ledger-model-tables.js';
/** An error as Postgres would raise it: the data is at fault. */
export class StatementRefused extends Error {
    code;
    name = 'StatementRefused';
    constructor(code, detail) {
        super(detail);
        this.code = code;
    }
}
const INTEGER_MAX = 2_147_483_647;
const INTEGER_MIN = -2_147_483_648;
const SMALLINT_MAX = 32_767;
/** 4713 BC: where Postgres' calendar begins, milliseconds before 1970. Safe integers end before its other end. */
const TIMESTAMP_MIN = -210_866_803_200_000;
/** Bytes of an index entry that do not fit, when they cannot be compressed. */
const INDEXED_BYTES_MAX = 2_690;
const TOTAL_MAX = 1_000_000_000;
const CAUSES = ['hold', 'confirm', 'release', 'expiry'];
const HOLD_STATES = ['held', 'confirmed', 'released', 'expired'];
/** Everything `PostgresLedger.write` does between BEGIN and COMMIT; answers a result to roll back with. */
export function writeBatch(tables, epoch, batch) {
    if (movePositions(tables, epoch, batch.positions) !== batch.positions.length)
        return { kind: 'fenced' };
    insertEvents(tables, epoch, batch);
    upsertSkus(tables, epoch, batch);
    const { newHolds, endedHolds } = batch;
    const ended = endHolds(tables, batch);
    const missing = endedHolds.holdId.length - ended;
    if (missing > 0 && missing !== countOrphans(tables, batch)) {
        const detail = `${ended} of ${endedHolds.holdId.length} ended holds were held in the ledger`;
        return { kind: 'refused', code: 'hold_not_held', detail };
    }
    const made = insertHolds(tables, epoch, batch);
    if (made !== newHolds.holdId.length) {
        const detail = `${newHolds.holdId.length - made} of ${newHolds.holdId.length} new holds are held in the ledger already`;
        return { kind: 'refused', code: 'hold_exists', detail };
    }
    insertHoldHistory(tables, epoch, batch);
    insertSkuHistory(tables, epoch, batch);
    return undefined;
}
/** Everything `PostgresLedger.quarantine` does; `now` is the clock of the engine. */
export function quarantineEvent(tables, epoch, { partition, seq, content, bytes }, reason, now) {
    const readable = content.kind === 'event';
    const at = readable ? content.event.at : now;
    if (movePositions(tables, epoch, [{ partition, from: seq - 1, to: seq, at }]) !== 1)
        return { kind: 'fenced' };
    const digest = readable ? digestOfStored(content.event) : null;
    insertEvent(tables, { epoch, partition, seq, at, digest, quarantined: true });
    const error = reason.detail.replaceAll('\0', '\\0').slice(0, 2000);
    const row = { epoch, partition, seq, errorCode: reason.code, error, event: bytes };
    tables.put(tables.quarantine, eventKey(epoch, partition, seq), row);
    return undefined;
}
/** statements/move-positions.sql: answers how many partitions were where the writer believes them to be. */
function movePositions(tables, epoch, moves) {
    assertRange(moves, ({ partition }) => partition, -SMALLINT_MAX - 1, SMALLINT_MAX, 'smallint');
    let moved = 0;
    for (const { partition, from, to, at } of moves) {
        const position = tables.positions.get(partition);
        if (position === undefined || position.epoch !== epoch || position.seq !== from)
            continue;
        tables.put(tables.positions, partition, { ...position, seq: to, at });
        moved += 1;
    }
    return moved;
}
function insertEvents(tables, epoch, { events }) {
    for (const [index, partition] of events.partition.entries()) {
        const [seq, at, digest] = [events.seq[index], events.at[index], events.digest[index]];
        insertEvent(tables, { epoch, partition, seq, at, digest, quarantined: false });
    }
}
function insertEvent(tables, row) {
    const key = eventKey(row.epoch, row.partition, row.seq);
    if (tables.ledgerEvents.has(key))
        throw new StatementRefused('23505', `event ${key} is there already`);
    tables.put(tables.ledgerEvents, key, row);
}
/** statements/upsert-skus.sql. The parameters are converted before the first row is looked at, in their order. */
function upsertSkus(tables, epoch, batch) {
    const names = [...batch.skus.keys()];
    const rows = [...batch.skus.values()];
    assertTexts(names);
    for (const field of INTEGER_FIELDS) {
        assertInteger(rows, ({ event, base }) => event.skus[base + field]);
    }
    for (const { event, base } of rows) {
        const number = (field) => event.skus[base + field];
        const sku = event.skus[base];
        const before = tables.skus.get(sku);
        const row = {
            sku,
            partition: before?.partition ?? event.partition,
            state: SKU_STATES[number(SkuField.state)],
            total: number(SkuField.total),
            available: number(SkuField.available),
            held: number(SkuField.held),
            sold: number(SkuField.sold),
            reserved: number(SkuField.reserved),
            buyerLimit: number(SkuField.buyerLimit),
            holdTtlMs: number(SkuField.holdTtlMs),
            opensAt: timestampOrNull(number(SkuField.opensAt)),
            closesAt: timestampOrNull(number(SkuField.closesAt)),
            epoch,
            seq: event.seq,
            definedAt: before?.definedAt ?? event.at,
            changedAt: event.at,
        };
        checkSku(row);
        assertIndexable(sku);
        tables.put(tables.skus, sku, row);
    }
}
const INTEGER_FIELDS = [
    SkuField.total,
    SkuField.available,
    SkuField.held,
    SkuField.sold,
    SkuField.reserved,
    SkuField.buyerLimit,
];
/** The checks of the table in the order of their names, which is the order Postgres takes them in. */
function checkSku({ sku, total, available, held, sold, reserved, buyerLimit }) {
    const counters = [available, buyerLimit, held, reserved, sold];
    if (counters.some((units) => units < 0))
        throw new StatementRefused('23514', `${sku} has negative units`);
    if (total < 0 || total > TOTAL_MAX)
        throw new StatementRefused('23514', `total of ${sku} is ${total}`);
    let sum = available;
    for (const units of [held, sold, reserved]) {
        sum += units;
        if (sum > INTEGER_MAX)
            throw new StatementRefused('22003', 'integer out of range');
    }
    if (sum !== total)
        throw new StatementRefused('23514', `stock of ${sku} is not conserved`);
}
/** statements/end-holds.sql: answers how many holds were held and are not any more. */
function endHolds(tables, { events, endedHolds }) {
    assertTexts(endedHolds.holdId);
    assertTexts(endedHolds.paymentRef);
    let ended = 0;
    for (const [index, holdId] of endedHolds.holdId.entries()) {
        const hold = tables.holds.get(holdId);
        if (hold?.state !== 'held')
            continue;
        const event = endedHolds.endedBy[index] - 1;
        const row = {
            ...hold,
            state: HOLD_STATES[endedHolds.state[index]],
            endedSeq: events.seq[event],
            endedAt: events.at[event],
            paymentRef: emptyAsNull(endedHolds.paymentRef[index]),
        };
        checkHold(row);
        tables.put(tables.holds, holdId, row);
        ended += 1;
    }
    return ended;
}
/** statements/find-orphans.sql */
function countOrphans(tables, { events, endedHolds }) {
    let orphans = 0;
    for (const [index, holdId] of endedHolds.holdId.entries()) {
        if (tables.holds.has(holdId))
            continue;
        const partition = events.partition[endedHolds.endedBy[index] - 1];
        if (someQuarantined(tables, partition, 0, 0))
            orphans += 1;
    }
    return orphans;
}
/** Whether an event of the partition is in quarantine that came after `(epoch, seq)`. */
function someQuarantined(tables, partition, epoch, seq) {
    for (const row of tables.quarantine.values()) {
        if (row.partition !== partition)
            continue;
        if (row.epoch > epoch || (row.epoch === epoch && row.seq > seq))
            return true;
    }
    return false;
}
/** statements/insert-holds.sql: answers how many found their place. */
function insertHolds(tables, epoch, { events, newHolds }) {
    const { holdId: ids } = newHolds;
    assertTexts(ids);
    assertTexts(newHolds.sku);
    assertTexts(newHolds.buyer);
    assertInteger(newHolds.quantity, (quantity) => quantity);
    assertTexts(newHolds.paymentRef);
    const written = new Set();
    for (const [index, holdId] of ids.entries()) {
        const event = newHolds.event[index] - 1;
        const endedBy = newHolds.endedBy[index] - 1;
        const row = {
            holdId,
            sku: newHolds.sku[index],
            partition: events.partition[event],
            state: HOLD_STATES[newHolds.state[index]],
            quantity: newHolds.quantity[index],
            createdEpoch: epoch,
            createdSeq: events.seq[event],
            endedSeq: events.seq[endedBy] ?? null,
            createdAt: events.at[event],
            expiresAt: timestamp(newHolds.expiresAt[index]),
            endedAt: events.at[endedBy] ?? null,
            buyerId: newHolds.buyer[index],
            paymentRef: emptyAsNull(newHolds.paymentRef[index]),
        };
        checkHold(row);
        if (written.has(holdId))
            throw new StatementRefused('21000', 'cannot affect row a second time');
        const before = tables.holds.get(holdId);
        if (before !== undefined && !mayReplace(tables, before))
            continue;
        assertIndexable(holdId);
        assertIndexable(row.sku);
        tables.put(tables.holds, holdId, row);
        written.add(holdId);
    }
    return written.size;
}
function mayReplace(tables, hold) {
    if (hold.state !== 'held')
        return true;
    return someQuarantined(tables, hold.partition, hold.createdEpoch, hold.createdSeq);
}
function checkHold({ holdId, quantity, paymentRef, state }) {
    if (quantity <= 0)
        throw new StatementRefused('23514', `hold ${holdId} of ${quantity}`);
    if (paymentRef !== null && state !== 'confirmed')
        throw new StatementRefused('23514', `hold ${holdId} is paid but ${state}`);
}
/** statements/insert-hold-history.sql */
function insertHoldHistory(tables, epoch, { events, holdHistory }) {
    const rows = holdHistory;
    assertInteger(rows.units, (units) => units);
    for (const texts of [rows.sku, rows.holdId, rows.requestId, rows.keyId, rows.clientAddress, rows.detail]) {
        assertTexts(texts);
    }
    for (const [index, number] of rows.event.entries()) {
        const kind = rows.kind[index];
        assertIndexable(rows.sku[index]);
        tables.appendHistory({
            seq: events.seq[number - 1],
            epoch,
            partition: events.partition[number - 1],
            ordinal: rows.ordinal[index],
            at: events.at[number - 1],
            kind: CHANGE_KINDS[kind],
            cause: CAUSES[kind],
            units: rows.units[index],
            sku: rows.sku[index],
            holdId: rows.holdId[index],
            adjustmentId: null,
            fromState: kind > 0 ? 'held' : null,
            toState: HOLD_STATES[kind],
            requestId: rows.requestId[index],
            keyId: rows.keyId[index],
            clientAddress: rows.clientAddress[index],
            detail: emptyAsNull(rows.detail[index]),
            total: null,
            reserved: null,
        });
    }
}
/** statements/insert-sku-history.sql */
const SKU_HISTORY_TEXTS = [
    'sku',
    'fromState',
    'requestId',
    'keyId',
    'clientAddress',
    'detail',
    'adjustmentId',
];
function insertSkuHistory(tables, epoch, { events, skuHistory }) {
    assertInteger(skuHistory, ({ units }) => units);
    for (const field of SKU_HISTORY_TEXTS) {
        assertTexts(skuHistory.map((row) => row[field]));
    }
    for (const { event: number, ...row } of skuHistory) {
        assertIndexable(row.sku);
        tables.appendHistory({
            ...row,
            seq: events.seq[number - 1],
            epoch,
            partition: events.partition[number - 1],
            at: events.at[number - 1],
            holdId: null,
            adjustmentId: emptyAsNull(row.adjustmentId),
            detail: emptyAsNull(row.detail),
        });
    }
}
function emptyAsNull(text) {
    return text === '' ? null : text;
}
function timestamp(milliseconds) {
    if (milliseconds < TIMESTAMP_MIN)
        throw new StatementRefused('22008', 'timestamp out of range');
    return milliseconds;
}
function timestampOrNull(milliseconds) {
    return milliseconds === 0 ? null : timestamp(milliseconds);
}
function assertTexts(texts) {
    if (texts.some((text) => text?.includes('\0')))
        throw new StatementRefused('22021', 'invalid byte 0x00');
}
function assertIndexable(text) {
    if (text.length > INDEXED_BYTES_MAX)
        throw new StatementRefused('54000', 'index row size exceeds maximum');
}
function assertInteger(rows, value) {
    assertRange(rows, value, INTEGER_MIN, INTEGER_MAX, 'integer');
}
function assertRange(rows, value, least, most, type) {
    for (const row of rows) {
        const found = value(row);
        if (found < least || found > most)
            throw new StatementRefused('22003', `${found} is out of range for type ${type}`);
    }
}
//# sourceMappingURL=ledger-model-statements.js.map