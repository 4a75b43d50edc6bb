import { isLegalHoldTransition } from '../../src/domain/hold.js';
import { isConserved } from '../../src/domain/sku.js';
export const LIVE_IDS_MAX = 16;
const ID_LENGTH = 28;
/** What one partition of the store holds, as the function library is documented to keep it. */
export class ModelPartition {
    partition;
    epoch;
    seq = 0;
    /** Highest time used by a call that changed something, ms. */
    last;
    trimmed = 0;
    skus = new Map();
    definitions = new Map();
    holds = new Map();
    buyers = new Map();
    adjustments = new Map();
    /** Member, as lua/README.md forms them, to the time it is due. */
    deadlines = new Map();
    /** Live holds whose units are withheld when they end unpaid. */
    withholding = new Set();
    /** Those not trimmed. */
    events = [];
    constructor(partition, 
    /** Below zero while it is sealed. */
    epoch, now) {
        this.partition = partition;
        this.epoch = epoch;
        this.last = now;
    }
    /** Members due at `now` or, without it, all, in the order of a sorted set. */
    dueMembers(now = Number.POSITIVE_INFINITY) {
        return [...this.deadlines]
            .filter(([, at]) => at <= now)
            .sort(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
            .map(([member]) => member);
    }
    nextDue() {
        return this.deadlines.size === 0 ? 0 : Math.min(...this.deadlines.values());
    }
}
export function buyerKey(hold) {
    return `${hold.sku}|${hold.buyerId}`;
}
export function idsOf(member) {
    const ids = [];
    const text = member.startsWith('E') ? member.slice(member.indexOf(':') + 1) : member.slice(1);
    for (let at = 0; at < text.length; at += ID_LENGTH)
        ids.push(text.slice(at, at + ID_LENGTH));
    return ids;
}
/** One call under way on one partition. */
export class ModelCall {
    partition;
    now;
    #touched = new Set();
    #changes = [];
    constructor(partition, clock) {
        this.partition = partition;
        this.now = Math.max(clock, partition.last);
    }
    get isChanged() {
        return this.#changes.length > 0;
    }
    /** The SKU, noted as touched. */
    touch(name) {
        const sku = this.partition.skus.get(name);
        if (sku !== undefined)
            this.#touched.add(sku);
        return sku;
    }
    change(change) {
        this.#changes.push(change);
    }
    settleSchedule(sku) {
        const isDue = (at) => at > 0 && at <= this.now;
        if (sku.state === 'scheduled' && isDue(sku.opensAt)) {
            sku.state = 'open';
            this.change({ kind: 'opened', sku: sku.sku, from: 'scheduled', actor: 'schedule' });
        }
        if (sku.state !== 'closed' && isDue(sku.closesAt)) {
            const from = sku.state;
            sku.state = 'closed';
            this.change({ kind: 'closed', sku: sku.sku, from, actor: 'schedule' });
        }
    }
    schedule(prefix, sku, at) {
        if (at > 0)
            this.partition.deadlines.set(prefix + sku, at);
        else
            this.partition.deadlines.delete(prefix + sku);
    }
    isOverdue(hold) {
        return hold.state === 'held' && hold.expiresAt <= this.now;
    }
    /** Ends a held hold and answers it. */
    end(hold, to, actor) {
        if (!isLegalHoldTransition(hold.state, to.state))
            throw new Error(`${hold.state} to ${to.state}`);
        const sku = this.partition.skus.get(hold.sku);
        const { holdId, buyerId, quantity, expiresAt } = hold;
        const ended = { holdId, sku: hold.sku, buyerId, quantity, expiresAt, endedAt: this.now, ...to };
        sku.held -= quantity;
        if (to.state === 'confirmed')
            sku.sold += quantity;
        else if (!this.partition.withholding.has(holdId))
            sku.available += quantity;
        this.partition.holds.set(holdId, ended);
        this.#endForBuyer(ended);
        const paymentRef = to.state === 'confirmed' ? to.paymentRef : '';
        this.change({ kind: to.state, sku: hold.sku, holdId, buyerId, quantity, paymentRef, actor });
        if (this.partition.withholding.delete(holdId) && to.state !== 'confirmed')
            this.#withhold(sku, quantity);
        return ended;
    }
    #withhold(sku, quantity) {
        const detail = JSON.stringify({ reserved: [sku.reserved, sku.reserved + quantity] });
        sku.reserved += quantity;
        this.change({ kind: 'patched', sku: sku.sku, detail, actor: 'recovery' });
    }
    #endForBuyer(hold) {
        const key = buyerKey(hold);
        const record = this.partition.buyers.get(key);
        const units = record.units - (hold.state === 'confirmed' ? 0 : hold.quantity);
        if (units === 0)
            this.partition.buyers.delete(key);
        else
            this.partition.buyers.set(key, { units, live: record.live.filter((id) => id !== hold.holdId) });
    }
    expireIfOverdue(hold) {
        return this.isOverdue(hold) ? this.end(hold, { state: 'expired' }, 'expiry') : hold;
    }
    /** Makes the changes one event. */
    commit() {
        if (!this.isChanged)
            return;
        const { partition } = this;
        partition.seq += 1;
        partition.last = this.now;
        const names = [...new Set(this.#changes.map((change) => change.sku))];
        const skus = names.map((name) => ({ ...partition.skus.get(name) }));
        for (const view of skus)
            if (!isConserved(view))
                throw new Error(`${view.sku} is not conserved`);
        const changes = this.#changes.map(({ sku, ...change }) => ({ ...change, skuIndex: names.indexOf(sku) }));
        partition.events.push({
            epoch: partition.epoch,
            partition: partition.partition,
            seq: partition.seq,
            at: this.now,
            skus,
            changes: changes,
        });
    }
    /** Views as a reply has them: changed ones first, in the order of their first change. */
    views() {
        const changed = [...new Set(this.#changes.map((change) => change.sku))];
        const rest = [...this.#touched].map((sku) => sku.sku).filter((name) => !changed.includes(name));
        return [...changed, ...rest].map((name) => ({ ...this.partition.skus.get(name) }));
    }
}
//# sourceMappingURL=model-partition.js.map