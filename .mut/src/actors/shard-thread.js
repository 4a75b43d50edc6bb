import { AnswerBatch, readCommands, } from './messages.js';
const REPORT_MS = 1000;
const HEARTBEAT_MS = 100;
/** A shard in its thread: commands come and answers leave as one buffer for each turn of the event loop. */
export class ShardThread {
    #ports;
    #heartbeat;
    #answers = new AnswerBatch();
    #rows = [];
    #keys = [];
    #keysKnown = [];
    #isPostScheduled = false;
    #hosted;
    #beatTimer;
    #reportTimer;
    /** As it was last reported. */
    #redisState = 'connecting';
    constructor(data, ports) {
        this.#ports = ports;
        this.#heartbeat = new Int32Array(data.heartbeat);
    }
    /** Resolves when all SKUs are in memory; serves long before. */
    async run() {
        this.#beat();
        const hosted = await this.#ports.host({
            created: (submission, expiresAt) => {
                this.#answers.created(submission.ticket, expiresAt);
                this.#postSoon();
            },
            answer: (submission, outcome) => {
                this.#answers.add(submission.ticket, outcome);
                this.#postSoon();
            },
            boardRow: (row) => {
                this.#rows.push(row);
                this.#postSoon();
            },
            foreignKeys: (keys) => {
                this.#keys.push(keys);
                this.#postSoon();
            },
            keysKnown: (partition, seq) => {
                this.#keysKnown.push([partition, seq]);
                this.#postSoon();
            },
            // At once: it must be on its way before this thread can die of what follows.
            lostEvent: (event) => this.#ports.post({ kind: 'lost_event', event }),
        });
        this.#hosted = hosted;
        this.#ports.listen((message) => this.#receive(hosted, message));
        this.#reportLater(hosted);
        await hosted.shard.start();
        this.#report(hosted);
        this.#ports.post({ kind: 'ready' });
    }
    #receive({ shard }, message) {
        if (message instanceof ArrayBuffer) {
            readCommands(message, (slot, command, sentAt, isResubmitted) => shard.submit(command, slot, sentAt, isResubmitted));
        }
        else if (message.kind === 'list') {
            const items = shard.listSkus(message.filter);
            this.#ports.post({ kind: 'listed', id: message.id, items, now: shard.redisNow });
        }
        else if (message.kind === 'close')
            this.#close();
    }
    #close() {
        const hosted = this.#hosted;
        this.#report(hosted);
        this.#beatTimer?.cancel();
        this.#reportTimer?.cancel();
        void hosted.close().finally(this.#ports.exit);
    }
    #postSoon() {
        if (this.#isPostScheduled)
            return;
        this.#isPostScheduled = true;
        // After the replies of this turn: one message carries all their answers.
        this.#ports.atEndOfTurn(this.#post);
    }
    #post = () => {
        const { post } = this.#ports;
        this.#isPostScheduled = false;
        if (!this.#answers.isEmpty)
            post(this.#answers.take());
        if (this.#rows.length + this.#keys.length + this.#keysKnown.length === 0)
            return;
        const news = {
            kind: 'news',
            rows: this.#rows,
            keys: this.#keys,
            keysKnown: this.#keysKnown,
        };
        this.#rows = [];
        this.#keys = [];
        this.#keysKnown = [];
        post(news);
    };
    #beat() {
        Atomics.add(this.#heartbeat, 0, 1);
        this.#beatTimer = this.#ports.clock.setTimer(HEARTBEAT_MS, () => this.#beat());
        // That Redis is gone or back is told at once: until then `/readyz` would say what is no longer so.
        const hosted = this.#hosted;
        if (hosted !== undefined && hosted.redisState().state !== this.#redisState)
            this.#report(hosted);
    }
    #reportLater(hosted) {
        this.#reportTimer = this.#ports.clock.setTimer(REPORT_MS, () => {
            this.#report(hosted);
            this.#reportLater(hosted);
        });
    }
    #report(hosted) {
        const redis = hosted.redisState();
        this.#redisState = redis.state;
        this.#ports.post({ kind: 'report', stats: hosted.shard.stats(), redis });
    }
}
//# sourceMappingURL=shard-thread.js.map