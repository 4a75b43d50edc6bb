import { StopReason } from '../domain/shared-state.js';
const INTERVAL_MS = 5000;
/**
 * Retention while Redis is so full that new holds are refused: the memory that events take is worth more than what they are kept
 * for. Long enough for other engines, which read them within moments.
 */
const PRESSED_RETENTION_MS = 10_000;
/** Marks kept per partition; with a long retention they lie further apart. */
const MARKS_MAX = 128;
/** Cuts off the tail of each event stream: what is in Postgres and older than the retention. */
export class Trimmer {
    #options;
    #partitions;
    #markEveryMs;
    #timer;
    #isClosed = false;
    constructor(options) {
        this.#options = options;
        this.#partitions = options.owned.map((partition) => ({ partition, marks: [], trimmedTo: 0 }));
        this.#markEveryMs = options.retentionMs / MARKS_MAX;
    }
    start() {
        this.#timer = this.#options.clock.setTimer(INTERVAL_MS, () => {
            this.#tick();
            this.start();
        });
    }
    close() {
        this.#isClosed = true;
        this.#timer?.cancel();
    }
    #tick() {
        // By its events a store that went back is known, also when it is written on: a restart compares them with the ledger.
        if (this.#options.shared.hasStop(StopReason.StoreRolledBack))
            return;
        const now = this.#options.clock.monotonic();
        for (const entry of this.#partitions) {
            this.#mark(entry, now);
            const oldEnough = this.#takeOldMarks(entry, now);
            const committedSeq = this.#options.shared.ledgerSeq(entry.partition);
            if (Math.min(oldEnough, committedSeq) <= entry.trimmedTo)
                continue;
            this.#trim(entry, committedSeq, oldEnough + 1);
        }
    }
    #mark(entry, now) {
        const seq = this.#options.shared.seqSeen(entry.partition);
        const last = entry.marks.at(-1);
        if (seq === 0 || seq === last?.seq || now - (last?.at ?? 0) < this.#markEveryMs)
            return;
        entry.marks.push({ seq, at: now });
    }
    /** Highest seq known to be older than the retention; the newest such mark stays as the memory of it. */
    #takeOldMarks({ marks, trimmedTo }, now) {
        const { shared, retentionMs } = this.#options;
        const isPressed = shared.hasStop(StopReason.LedgerTooFarBehind);
        const limit = now - (isPressed ? Math.min(retentionMs, PRESSED_RETENTION_MS) : retentionMs);
        while (marks.length > 1 && marks[1].at <= limit)
            marks.shift();
        const first = marks[0];
        return first !== undefined && first.at <= limit ? first.seq : trimmedTo;
    }
    #trim(entry, committedSeq, keepFromSeq) {
        const wanted = Math.min(committedSeq + 1, keepFromSeq);
        this.#options.enqueue({
            partition: entry.partition,
            body: { operation: 'trim', committedSeq, keepFromSeq },
            settle: (result) => {
                // Anything else is tried again with the next round.
                if (result.kind !== 'reply' || this.#isClosed)
                    return;
                // One call removes a bounded number of events.
                if (result.oldestSeq > 0 && result.oldestSeq < wanted && result.oldestSeq > entry.trimmedTo + 1) {
                    entry.trimmedTo = result.oldestSeq - 1;
                    this.#trim(entry, committedSeq, keepFromSeq);
                }
                else
                    entry.trimmedTo = Math.max(entry.trimmedTo, wanted - 1);
            },
        });
    }
}
//# sourceMappingURL=trimmer.js.map