import { ActorsUnavailable } from '../domain/ports.js';
import { createdHold, unavailable } from './resolution.js';
import { hostShard } from './shard-host.js';
const REPORT_MS = 1000;
const DRAIN_POLL_MS = 5;
/** A shard in the gateway's own thread, for machines where a hop between threads costs more than a second thread gives. */
export class LocalShard {
    #clock;
    #data;
    #report;
    #board;
    #lost;
    #hosted;
    #isSubmitting = false;
    #isReady = false;
    #reportTimer;
    constructor(options) {
        this.#clock = options.clock;
        this.#data = options.data;
        this.#board = options.board;
        this.#report = options.report;
        this.#lost = options.lost;
    }
    async start() {
        const hosted = await hostShard(this.#data, {
            clock: this.#clock,
            // The end of the turn: everything the sockets brought in it leaves in one flush.
            soon: setImmediate,
            outlet: {
                created: (submission, expiresAt) => submission.ticket(createdHold(submission, expiresAt)),
                answer: (submission, outcome) => this.#answer(submission.ticket, outcome),
                boardRow: (row) => this.#board.addRow(row),
                foreignKeys: (keys) => this.#board.addForeignKeys(keys),
                keysKnown: () => undefined,
                lostEvent: (event) => this.#lost(event),
            },
        });
        this.#hosted = hosted;
        this.#reportLater(hosted);
        await hosted.shard.start();
        this.#isReady = true;
    }
    get status() {
        const state = this.#isReady ? 'ready' : 'starting';
        const redis = this.#hosted?.redisState() ?? { state: 'connecting' };
        return { shard: this.#data.index, state, redis, restarts: 0 };
    }
    get pending() {
        return this.#hosted?.shard.open ?? 0;
    }
    submit(command, reply) {
        const hosted = this.#hosted;
        if (hosted === undefined) {
            queueMicrotask(() => reply(unavailable('Holdfast is starting')));
            return;
        }
        this.#isSubmitting = true;
        try {
            hosted.shard.submit(command, reply, this.#clock.monotonic());
        }
        finally {
            this.#isSubmitting = false;
        }
    }
    async list(filter) {
        if (this.#hosted === undefined)
            throw new ActorsUnavailable('the shard is starting');
        const { shard } = this.#hosted;
        return { items: shard.listSkus(filter), now: shard.redisNow };
    }
    async drain() {
        while (this.pending > 0) {
            await new Promise((resolve) => {
                this.#clock.setTimer(DRAIN_POLL_MS, resolve);
            });
        }
    }
    async close() {
        this.#reportTimer?.cancel();
        await this.#hosted?.close();
    }
    /** Callers are promised their answer after `submit` returned. */
    #answer(reply, outcome) {
        if (this.#isSubmitting)
            queueMicrotask(() => reply(outcome));
        else
            reply(outcome);
    }
    #reportLater(hosted) {
        this.#report(hosted.shard.stats());
        this.#reportTimer = this.#clock.setTimer(REPORT_MS, () => this.#reportLater(hosted));
    }
}
//# sourceMappingURL=local-actors.js.map