import { LedgerWatch } from './watch.js';
import { LedgerWriter } from './writer.js';
const STATUS_MS = 1000;
const STALL_MS = 15_000;
/** What runs in the ledger's thread: the writer, and the look at Redis once a second that reports on it. */
export class LedgerHost {
    writer;
    #watch;
    #ports;
    #timer;
    constructor(options, ports) {
        this.#ports = ports;
        this.writer = new LedgerWriter({ ...options, stallMs: STALL_MS, exclusive: true }, ports);
        const { life, partitions, memoryAlarmPercent, memoryRefusePercent } = options;
        const limits = { alarmPercent: memoryAlarmPercent, refusePercent: memoryRefusePercent };
        this.#watch = new LedgerWatch(this.writer, { life, partitions, ...limits }, ports);
    }
    /** Takes a look and reports. Never rejects. */
    async report() {
        await this.#watch.look();
        this.#ports.status(this.#watch.status());
    }
    /** Resolves when the writer was closed or its epoch is over. */
    async run() {
        void this.report();
        this.#reportLater();
        await this.writer.run();
        this.#timer?.cancel();
        // The epoch may be over while the engine lives on: then this is the last that is heard of the writer.
        const { state } = this.writer;
        if (state.kind === 'stopped' && state.detail !== 'closed')
            this.#ports.status(this.#watch.status());
    }
    #reportLater() {
        this.#timer = this.#ports.clock.setTimer(STATUS_MS, () => {
            void this.report();
            this.#reportLater();
        });
    }
}
//# sourceMappingURL=ledger-host.js.map