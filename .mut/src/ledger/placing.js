import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import { LedgerBatch, UnwritableEvent } from './batch.js';
/** Writes events in as many transactions as it takes to part the good ones from those that Postgres refuses. */
export class Placer {
    counters = { rows: 0, committed: 0, fenced: 0, failed: 0, quarantined: 0 };
    transactionSeconds = new FastHistogram(SECONDS_BOUNDS);
    #epoch;
    #ports;
    constructor(epoch, ports) {
        this.#epoch = epoch;
        this.#ports = ports;
    }
    /** `events`: in order within each partition, and so is every half of them. */
    async place(events) {
        const result = await this.#transact(events);
        if (result.kind !== 'refused')
            return this.#counted(result, events);
        if (events.length === 1)
            return this.#quarantine(events[0], result);
        const middle = events.length >> 1;
        const first = await this.place(events.slice(0, middle));
        return first.kind === 'written' ? this.place(events.slice(middle)) : first;
    }
    async #transact(events) {
        const { clock, ledger } = this.#ports;
        const begun = clock.monotonic();
        let batch;
        try {
            batch = new LedgerBatch(events);
        }
        catch (error) {
            if (!(error instanceof UnwritableEvent))
                throw error;
            return { kind: 'refused', code: error.code, detail: error.message };
        }
        const result = await ledger.write(this.#epoch, batch);
        if (result.kind === 'written') {
            this.counters.rows += batch.rows;
            this.transactionSeconds.record((clock.monotonic() - begun) / 1000);
        }
        return result;
    }
    async #quarantine(event, reason) {
        const result = await this.#ports.ledger.quarantine(this.#epoch, event, reason);
        // Not even its bytes can be kept: as good as a Postgres that is down, and as loud.
        if (result.kind === 'refused')
            return this.#counted({ kind: 'lost', detail: result.detail }, [event]);
        if (result.kind === 'written') {
            const { partition, seq } = event;
            this.counters.quarantined += 1;
            this.#ports.alarm({
                kind: 'event_quarantined',
                partition,
                seq,
                code: reason.code,
                detail: reason.detail,
            });
        }
        return this.#counted(result, [event]);
    }
    #counted(result, events) {
        if (result.kind === 'written') {
            this.counters.committed += 1;
            this.#ports.written(events);
        }
        else if (result.kind === 'fenced')
            this.counters.fenced += 1;
        return result;
    }
}
//# sourceMappingURL=placing.js.map