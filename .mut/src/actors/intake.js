import { fingerprintOf } from '../domain/hold-id.js';
/** Most fingerprints in one list to the gateway. */
const LIST_MAX = 4096;
/**
 * The one way by which anything learnt from the store gets into the views: replies of every kind, and events of other
 * engines. It keeps the order that the board relies on: first whether the partition is current, then keys, then rows,
 * then the stamp.
 */
export class Intake {
    #options;
    /** Actors whose view changed while submissions wait in them. */
    #stirred = new Set();
    constructor(options) {
        this.#options = options;
    }
    reply(partition, reply, times) {
        const { redisClocks, shared, views } = this.#options;
        const view = views.get(partition);
        redisClocks.sample(partition, reply.now, times.sentAt, times.receivedAt);
        shared.raiseSeqSeen(partition, reply.seq);
        view.observe(reply.seq, reply.changed, times.sentAt);
        const { skus } = reply;
        for (let index = 0; index < skus.length; index += 1)
            this.#view(partition, skus[index], reply.seq);
        view.stamp(times.receivedAt);
    }
    /** Events after the view's cursor, contiguous. The view is behind meanwhile, so that no row is trusted before its keys. */
    events(partition, events) {
        const { shared, views } = this.#options;
        const view = views.get(partition);
        this.keys(partition, keysOf(events));
        for (const event of events) {
            shared.raiseSeqSeen(partition, event.seq);
            for (const sku of event.skus)
                this.#view(partition, sku, event.seq);
            for (const change of event.changes) {
                if (change.kind === 'held')
                    this.#options.due(partition, change.expiresAt);
            }
            view.cursor = event.seq;
        }
    }
    /** Gives fingerprints to the gateway; its board is not trusted for the partition until it has taken them. */
    keys(partition, fingerprints) {
        const view = this.#options.views.get(partition);
        for (let start = 0; start < fingerprints.length; start += LIST_MAX) {
            const part = fingerprints.slice(start, start + LIST_MAX);
            this.#options.outlet.foreignKeys({ partition, fingerprints: part, list: view.nextList() });
        }
    }
    /** Notes an actor whose queue should be looked at again. */
    stir(actor) {
        if (actor.waiting > 0)
            this.#stirred.add(actor);
    }
    /** Actors stirred since the last call. */
    takeStirred() {
        if (this.#stirred.size === 0)
            return [];
        const stirred = [...this.#stirred];
        this.#stirred.clear();
        return stirred;
    }
    #view(partition, view, seq) {
        const actor = this.#options.directory.accept(partition, view, seq);
        if (actor === undefined)
            return;
        this.stir(actor);
        if (view.state === 'scheduled' && view.opensAt > 0)
            this.#options.due(partition, view.opensAt);
        if (view.state !== 'closed' && view.closesAt > 0)
            this.#options.due(partition, view.closesAt);
    }
}
export function keysOf(events) {
    const fingerprints = [];
    for (const event of events) {
        for (const change of event.changes) {
            if (change.kind === 'held')
                fingerprints.push(fingerprintOf(change.holdId));
        }
    }
    return fingerprints;
}
//# sourceMappingURL=intake.js.map