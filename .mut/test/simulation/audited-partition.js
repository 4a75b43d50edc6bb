import { requestIdOf } from './request.js';
/** A merchant's rule or state has no key: until it is answered an attempt that arrives late sets it again (see the README). */
const REPEATABLE = new Set(['change_state', 'patch']);
/**
 * What one partition must be after its events, by arithmetic of the auditor's own: from what was asked and what the changes
 * say, never from the counters that the store reports. Those are compared with it.
 */
export class AuditedPartition {
    seq = 0;
    skus = new Map();
    holds = new Map();
    /** Units held or bought, by `sku|buyer`. */
    buyers = new Map();
    /** The reason of each adjustment that was made: a key has one reason. */
    adjustments = new Set();
    /** Requests that changed something, with the seq of the event. */
    happened = new Map();
    #lastAt = 0;
    #requestOf;
    constructor(requestOf) {
        this.#requestOf = requestOf;
    }
    /**
     * Takes the next event in; answers every rule it breaks. `changed` is told after each of its changes: commands of one call
     * are refused by what those before them left, which the end of the event need not show.
     */
    apply({ event, at }, changed = () => undefined) {
        const found = [];
        const say = (rule, what) => found.push({ rule, what: `seq ${event.seq}: ${what}` });
        if (event.seq !== this.seq + 1)
            say('events are contiguous', `follows ${this.seq}`);
        if (event.at < this.#lastAt)
            say('time of a partition never goes back', `${event.at} < ${this.#lastAt}`);
        this.seq = event.seq;
        this.#lastAt = event.at;
        for (const change of event.changes) {
            const { sku } = event.skus[change.skuIndex];
            this.#actor(change, event.seq, say);
            if ('holdId' in change)
                this.#holdChange(sku, change, event, at, say);
            else
                this.#skuChange(sku, change, event, say);
            changed(sku, change);
        }
        for (const view of event.skus)
            this.#compare(view, say);
        return found;
    }
    #actor(change, seq, say) {
        const { actor, kind } = change;
        if (actor === 'expiry') {
            if (kind !== 'expired')
                say('legal transitions', `expiry ${kind}`);
            return;
        }
        if (actor === 'schedule') {
            if (kind !== 'opened' && kind !== 'closed')
                say('legal transitions', `the schedule ${kind}`);
            return;
        }
        const id = requestIdOf(actor);
        const request = this.#requestOf(id);
        if (request === undefined)
            say('every event has a cause', `${kind} by ${actor}`);
        else if (this.happened.has(id) && !REPEATABLE.has(request.command.kind))
            say('a request happens at most once', `${id} again: ${kind}`);
        else
            this.happened.set(id, seq);
    }
    #holdChange(name, change, event, at, say) {
        const sku = this.skus.get(name);
        const { holdId, buyerId, quantity } = change;
        if (sku === undefined) {
            say('legal transitions', `${change.kind} of an undefined SKU ${name}`);
            return;
        }
        const key = `${name}|${buyerId}`;
        const known = this.holds.get(holdId);
        if (change.kind === 'held') {
            if (known !== undefined)
                say('at most one hold a key', `${holdId} is made again`);
            if (sku.state !== 'open')
                say('legal transitions', `held while ${name} is ${sku.state}`);
            if (change.expiresAt !== event.at + sku.holdTtlMs)
                say('deadlines', `${holdId} ends at ${change.expiresAt}`);
            const units = (this.buyers.get(key) ?? 0) + quantity;
            if (sku.buyerLimit > 0 && units > sku.buyerLimit)
                say('buyer limit', `${buyerId} has ${units} of ${name}, ${sku.buyerLimit} allowed`);
            this.buyers.set(key, units);
            sku.available -= quantity;
            sku.held += quantity;
            if (sku.available < 0)
                say('no oversell', `${name} has ${sku.available} available`);
            this.holds.set(holdId, {
                ...{ holdId, sku: name, buyerId, quantity, expiresAt: change.expiresAt, createdSeq: event.seq },
                ...{ createdAt: at, state: 'held', endedSeq: 0, endedAt: 0, paymentRef: '' },
            });
            return;
        }
        if (known === undefined) {
            say('legal transitions', `${holdId} ${change.kind} but never held`);
            return;
        }
        if (known.state !== 'held')
            say('legal transitions', `${holdId} ${known.state} and then ${change.kind}`);
        if (known.buyerId !== buyerId || known.quantity !== quantity || known.sku !== name)
            say('legal transitions', `${holdId} ${change.kind} as another one`);
        if (change.kind === 'expired' ? event.at < known.expiresAt : event.at >= known.expiresAt)
            say('deadlines', `${holdId} ${change.kind} at ${event.at}, deadline ${known.expiresAt}`);
        sku.held -= quantity;
        if (change.kind === 'confirmed')
            sku.sold += quantity;
        else {
            sku.available += quantity;
            this.buyers.set(key, (this.buyers.get(key) ?? 0) - quantity);
        }
        known.state = change.kind;
        known.endedSeq = event.seq;
        known.endedAt = at;
        known.paymentRef = change.paymentRef;
    }
    #skuChange(name, change, event, say) {
        const command = this.#requestOf(requestIdOf(change.actor))?.command;
        if (change.kind === 'defined') {
            if (command?.kind !== 'define') {
                say('every event has a cause', `${name} defined`);
                return;
            }
            if (this.skus.has(name))
                say('legal transitions', `${name} defined again`);
            const { total, reserved, buyerLimit, holdTtlMs, opensAt, closesAt } = command.definition;
            const rules = { buyerLimit, holdTtlMs, opensAt, closesAt };
            const counters = { total, reserved, available: total - reserved, held: 0, sold: 0 };
            this.skus.set(name, { ...rules, ...counters, state: 'scheduled' });
            return;
        }
        const sku = this.skus.get(name);
        if (sku === undefined) {
            say('legal transitions', `${change.kind} of an undefined SKU ${name}`);
            return;
        }
        switch (change.kind) {
            case 'adjusted':
                if (this.adjustments.has(change.reason))
                    say('stock is adjusted once a key', `${change.reason} again`);
                if (command?.kind !== 'adjust' || command.delta !== change.delta)
                    say('every event has a cause', `${name} adjusted by ${change.delta}`);
                this.adjustments.add(change.reason);
                sku.total += change.delta;
                sku.available += change.delta;
                if (sku.available < 0)
                    say('no oversell', `${name} has ${sku.available} available`);
                break;
            case 'patched':
                this.#patch(sku, change.detail, say);
                break;
            case 'repaired':
                say('nothing is repaired where nothing is wrong', `${name} by ${change.delta}`);
                break;
            default:
                this.#state(name, sku, change, event, say);
        }
    }
    #patch(sku, detail, say) {
        const fields = JSON.parse(detail);
        for (const [field, [before, after]] of Object.entries(fields)) {
            const rule = field;
            if (sku[rule] !== before)
                say('legal transitions', `${field} was ${sku[rule]}, not ${before}`);
            sku[rule] = after;
            if (rule === 'reserved')
                sku.available -= after - before;
        }
        if (sku.available < 0)
            say('no oversell', `reserved leaves ${sku.available} available`);
    }
    #state(name, sku, change, event, say) {
        const to = change.kind === 'opened' ? 'open' : change.kind;
        const illegal = sku.state === to || (to === 'paused' && sku.state === 'closed');
        if (illegal || change.from !== sku.state)
            say('legal transitions', `${name} ${sku.state} to ${to}`);
        if (change.actor === 'schedule') {
            const due = to === 'open' ? sku.opensAt : sku.closesAt;
            if (due === 0 || event.at < due)
                say('deadlines', `${name} ${to} at ${event.at}, due ${due}`);
            if (to === 'open' && sku.state !== 'scheduled')
                say('legal transitions', `${name} ${sku.state} opens`);
        }
        else if (to === 'open' && sku.closesAt <= event.at)
            sku.closesAt = 0;
        sku.state = to;
    }
    #compare(view, say) {
        const sku = this.skus.get(view.sku);
        if (sku === undefined)
            return;
        for (const field of Object.keys(sku)) {
            if (sku[field] !== view[field])
                say('counters are what the events give', `${view.sku}.${field} is ${view[field]}, not ${sku[field]}`);
        }
        if (view.total !== view.available + view.held + view.sold + view.reserved)
            say('stock equation', JSON.stringify(view));
    }
}
//# sourceMappingURL=audited-partition.js.map