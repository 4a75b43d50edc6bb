import { digestOf } from '../../src/events/digest.js';
import { eventKey } from './ledger-model-tables.js';
/** Compares the ledger with what the auditor saw happen: each event once and in order, and rows that its events give. */
export class LedgerAuditor {
    #auditor;
    #ledger;
    #epoch;
    constructor(auditor, ledger, epoch) {
        this.#auditor = auditor;
        this.#ledger = ledger;
        this.#epoch = epoch;
    }
    /** `isDrained`: whether everything must be there by now. `missing`: entries that the ledger cannot have read, by partition. */
    check(isDrained, missing) {
        const { tables } = this.#ledger;
        const say = (rule, what) => this.#auditor.broken(rule, what);
        for (const { seq, partition, error } of tables.quarantine.values())
            say('each event is in the ledger once', `event ${seq} of partition ${partition} in quarantine: ${error}`);
        for (const [partition, events] of this.#auditor.events.entries()) {
            const seq = tables.positions.get(partition)?.seq ?? 0;
            const head = events.length;
            const gap = missing.get(partition);
            // A stopped partition stays where it was when the gap was met: what was read and not written waits for a restart.
            if (isDrained && seq !== head && (gap === undefined || seq >= gap))
                say('the ledger drains', `partition ${partition} is at ${seq} of ${head}`);
            if (seq > head)
                say('the ledger follows the store', `partition ${partition} is at ${seq} of ${head}`);
            for (const { event } of events) {
                const row = tables.ledgerEvents.get(eventKey(this.#epoch, partition, event.seq));
                if (event.seq > seq) {
                    if (row !== undefined)
                        say('events are contiguous', `event ${event.seq} beyond position ${seq}`);
                }
                else if (row === undefined)
                    say('each event is in the ledger once', `event ${event.seq} is missing`);
                else if (row.digest?.equals(digestOf(event)) !== true)
                    say('each event is in the ledger once', `event ${event.seq} of ${partition} is another one`);
            }
            if (seq === head)
                this.#rows(partition, say);
        }
        this.#history(say);
    }
    #rows(partition, say) {
        const { tables } = this.#ledger;
        const audited = this.#auditor.partitions[partition];
        for (const [name, sku] of audited.skus) {
            const row = tables.skus.get(name);
            for (const field of [
                'total',
                'available',
                'held',
                'sold',
                'reserved',
                'state',
                'buyerLimit',
            ]) {
                if (row?.[field] !== sku[field])
                    say('rows are what the events give', `${name}.${field} is ${row?.[field]}, not ${sku[field]}`);
            }
        }
        let rows = 0;
        for (const hold of tables.holds.values())
            if (hold.partition === partition)
                rows += 1;
        if (rows !== audited.holds.size)
            say('rows are what the events give', `${rows} holds of ${audited.holds.size} in partition ${partition}`);
        for (const hold of audited.holds.values()) {
            const row = tables.holds.get(hold.holdId);
            const isSame = row?.state === hold.state &&
                row.sku === hold.sku &&
                row.buyerId === hold.buyerId &&
                row.quantity === hold.quantity &&
                row.createdSeq === hold.createdSeq &&
                (row.endedSeq ?? 0) === hold.endedSeq &&
                (row.paymentRef ?? '') === hold.paymentRef;
            if (!isSame)
                say('rows are what the events give', `${JSON.stringify(row)} is not ${JSON.stringify(hold)}`);
        }
    }
    /** Summed up, the history gives the counters as well: what an audit by hand would do. */
    #history(say) {
        const { history, ledgerEvents } = this.#ledger.tables;
        const places = new Set();
        for (const { epoch, partition, seq, ordinal } of history) {
            const place = `${eventKey(epoch, partition, seq)}/${ordinal}`;
            if (places.has(place))
                say('each event is in the ledger once', `history has ${place} twice`);
            places.add(place);
            if (!ledgerEvents.has(eventKey(epoch, partition, seq)))
                say('each event is in the ledger once', `history of event ${seq} without the event`);
        }
    }
}
//# sourceMappingURL=ledger-auditor.js.map