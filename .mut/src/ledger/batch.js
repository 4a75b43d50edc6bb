import { CHANGE_KINDS } from '../domain/event.js';
import { digestOfStored } from '../events/digest.js';
import { CHANGE_WIDTH, ChangeField, LAST_HOLD_KIND, SKU_WIDTH, SkuField, } from '../events/stored-event.js';
/** Rows of one transaction as columns: index-aligned arrays, one of them for each SQL column. */
export class LedgerBatch {
    positions;
    /** Rows of history, which is what a batch's size is measured in. */
    rows = 0;
    events = {
        partition: [],
        seq: [],
        at: [],
        digest: [],
    };
    skus = new Map();
    /** `event` and `endedBy` count the batch's events from 1 (0: not ended), as Postgres counts arrays. */
    newHolds = {
        holdId: [],
        event: [],
        sku: [],
        buyer: [],
        quantity: [],
        expiresAt: [],
        state: [],
        endedBy: [],
        paymentRef: [],
    };
    endedHolds = {
        holdId: [],
        state: [],
        endedBy: [],
        paymentRef: [],
    };
    holdHistory = {
        event: [],
        ordinal: [],
        kind: [],
        units: [],
        sku: [],
        holdId: [],
        requestId: [],
        keyId: [],
        clientAddress: [],
        detail: [],
    };
    skuHistory = [];
    /** Where in `newHolds` a hold made in this batch is, so that its end becomes part of the same insert. */
    #made = new Map();
    /** `events`: contiguous within each partition, in order. None of them corrupt. */
    constructor(events) {
        this.positions = movesOf(events);
        for (const { content } of events) {
            if (content.kind === 'corrupt')
                throw new UnwritableEvent('corrupt', content.detail);
            this.#addEvent(content.event);
        }
    }
    #addEvent(event) {
        const { events } = this;
        events.partition.push(event.partition);
        events.seq.push(event.seq);
        events.at.push(event.at);
        events.digest.push(digestOfStored(event));
        for (let base = 0; base < event.skus.length; base += SKU_WIDTH) {
            this.skus.set(event.skus[base], { event, base });
        }
        const number = events.seq.length;
        const { changes } = event;
        for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
            const skuBase = (changes[base + ChangeField.sku] - 1) * SKU_WIDTH;
            if (changes[base] <= LAST_HOLD_KIND)
                this.#addHoldChange(event, number, base, skuBase);
            else
                this.#addSkuChange(event, number, base, skuBase);
        }
        this.rows += changes.length / CHANGE_WIDTH;
    }
    #addHoldChange(event, number, base, skuBase) {
        const { changes } = event;
        const kind = changes[base];
        const sku = event.skus[skuBase];
        const holdId = changes[base + ChangeField.holdId];
        const units = changes[base + ChangeField.units];
        const detail = changes[base + ChangeField.detail];
        const { holdHistory: history, newHolds } = this;
        history.event.push(number);
        history.ordinal.push(base / CHANGE_WIDTH);
        history.kind.push(kind);
        history.units.push(units);
        history.sku.push(sku);
        history.holdId.push(holdId);
        history.detail.push(detail);
        this.#pushActor(changes[base + ChangeField.actor]);
        if (kind !== 0) {
            this.#endHold(holdId, kind, number, detail);
            return;
        }
        this.#made.set(holdId, newHolds.holdId.length);
        newHolds.holdId.push(holdId);
        newHolds.event.push(number);
        newHolds.sku.push(sku);
        newHolds.buyer.push(changes[base + ChangeField.buyer]);
        newHolds.quantity.push(units);
        newHolds.expiresAt.push(changes[base + ChangeField.deadline]);
        newHolds.state.push(0);
        newHolds.endedBy.push(0);
        newHolds.paymentRef.push('');
    }
    #endHold(holdId, kind, number, detail) {
        const { newHolds, endedHolds } = this;
        const made = this.#made.get(holdId);
        if (made === undefined) {
            endedHolds.holdId.push(holdId);
            endedHolds.state.push(kind);
            endedHolds.endedBy.push(number);
            endedHolds.paymentRef.push(detail);
            return;
        }
        if (newHolds.state[made] !== 0)
            throw new UnwritableEvent('ended_twice', `hold ${holdId} ended twice`);
        newHolds.state[made] = kind;
        newHolds.endedBy[made] = number;
        newHolds.paymentRef[made] = detail;
    }
    #pushActor(actor) {
        const { requestId, keyId, clientAddress } = this.holdHistory;
        const first = actor.indexOf('|');
        const second = first === -1 ? -1 : actor.indexOf('|', first + 1);
        if (second === -1) {
            requestId.push(NAMELESS.has(actor) ? null : actor);
            keyId.push(null);
            clientAddress.push(null);
            return;
        }
        requestId.push(actor.slice(0, first));
        keyId.push(actor.slice(first + 1, second));
        clientAddress.push(actor.slice(second + 1));
    }
    #addSkuChange(event, number, base, skuBase) {
        const { changes, skus } = event;
        const kind = CHANGE_KINDS[changes[base]];
        const actor = changes[base + ChangeField.actor];
        const detail = changes[base + ChangeField.detail];
        const changesState = kind === 'opened' || kind === 'paused' || kind === 'closed';
        const parts = actor.split('|');
        this.skuHistory.push({
            event: number,
            ordinal: base / CHANGE_WIDTH,
            kind,
            cause: actor === 'schedule' ? 'schedule' : CAUSES[kind],
            units: changes[base + ChangeField.units],
            sku: skus[skuBase],
            adjustmentId: changes[base + ChangeField.holdId],
            fromState: changesState ? detail : null,
            toState: changesState ? TO_STATES[kind] : kind === 'defined' ? 'scheduled' : null,
            requestId: NAMELESS.has(actor) ? null : parts[0],
            keyId: parts[1] ?? null,
            clientAddress: parts[2] ?? null,
            detail,
            total: skus[skuBase + SkuField.total],
            reserved: skus[skuBase + SkuField.reserved],
        });
    }
}
/** An event that says something that cannot be, found before Postgres was asked. */
export class UnwritableEvent extends Error {
    code;
    name = 'UnwritableEvent';
    constructor(code, detail) {
        super(detail);
        this.code = code;
    }
}
/** Actors that stand for nobody: the cause says as much. */
const NAMELESS = new Set(['expiry', 'schedule', 'repair']);
const CAUSES = {
    held: 'hold',
    confirmed: 'confirm',
    released: 'release',
    expired: 'expiry',
    defined: 'define',
    patched: 'patch',
    opened: 'open',
    paused: 'pause',
    closed: 'close',
    adjusted: 'adjust',
    repaired: 'repair',
};
const TO_STATES = { opened: 'open', paused: 'paused', closed: 'closed' };
function movesOf(events) {
    const moves = new Map();
    for (const { partition, seq, content } of events) {
        const from = moves.get(partition)?.from ?? seq - 1;
        const at = content.kind === 'event' ? content.event.at : 0;
        moves.set(partition, { partition, from, to: seq, at });
    }
    return [...moves.values()];
}
//# sourceMappingURL=batch.js.map