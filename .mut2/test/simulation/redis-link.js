import { Channel } from './scheduler.js';
import { StreamModel } from './stream-model.js';
const RECONNECT_MS = 20;
/** Whether a client is connected: lost when Redis ends, found again some time after it is back. */
export class Connection {
    isReady;
    timesReady = 0;
    #redis;
    #life;
    #whenReady;
    constructor(redis, life, whenReady = () => undefined) {
        this.#redis = redis;
        this.#life = life;
        this.#whenReady = whenReady;
        this.isReady = redis.isUp;
        if (!this.isReady)
            this.#reconnect();
        const forget = redis.onDisconnect(() => {
            if (life.isDead)
                forget();
            else if (this.isReady) {
                this.isReady = false;
                this.#reconnect();
            }
        });
    }
    #reconnect() {
        this.#life.setTimer(RECONNECT_MS, () => {
            if (!this.#redis.isUp) {
                this.#reconnect();
                return;
            }
            this.isReady = true;
            this.timesReady += 1;
            this.#whenReady();
        });
    }
}
/** The stock store as a shard sees it: `RedisStockStore` in the place of Redis, its wire and its client. */
export class RedisLink {
    #options;
    #connection;
    /** Requests of one connection arrive, and replies come back, in the order of sending. */
    #there;
    #back;
    #lose = new Set();
    constructor(options) {
        const { redis, scheduler, life } = options;
        this.#options = options;
        this.#connection = new Connection(redis, life);
        this.#there = new Channel(scheduler, {
            now: () => 0,
            monotonic: () => 0,
            setTimer: (delayMs, task) => scheduler.after(delayMs, task),
        });
        this.#back = new Channel(scheduler, life);
        const forget = redis.onDisconnect(() => {
            if (life.isDead)
                forget();
            for (const lose of [...this.#lose])
                lose();
        });
    }
    get isReady() {
        return this.#connection.isReady;
    }
    get timesReady() {
        return this.#connection.timesReady;
    }
    execute(calls) {
        const { life, timeoutMs, fate } = this.#options;
        const drawn = fate();
        return new Promise((resolve) => {
            if (!this.isReady || drawn.kind === 'refused') {
                life.setTimer(0.1, () => resolve(calls.map(() => ({ kind: 'not_sent', reason: 'simulated' }))));
                return;
            }
            const lose = () => settle(calls.map(() => ({ kind: 'lost', reason: 'simulated' })));
            const timer = life.setTimer(timeoutMs, lose);
            const settle = (results) => {
                timer.cancel();
                if (!this.#lose.delete(lose))
                    return;
                resolve(results);
            };
            this.#lose.add(lose);
            if (drawn.kind !== 'lost_before')
                this.#send(drawn, calls, settle);
        });
    }
    #send(fate, calls, settle) {
        const { redis, scheduler, arrived, engine } = this.#options;
        const { life } = redis;
        const run = () => calls.map((call) => {
            const result = redis.run(call, engine);
            if (fate.kind === 'twice' && !refusesSome(result))
                redis.run(call, engine);
            return result;
        });
        if (fate.kind === 'late') {
            // It lies in a socket that outlives the connection; a Redis that was restarted never gets it.
            scheduler.after(fate.thereMs, () => {
                if (redis.isUp && redis.life === life)
                    redis.serve(run, () => undefined);
            });
            return;
        }
        this.#there.deliver(fate.thereMs, () => {
            if (!redis.isUp || redis.life !== life)
                return;
            redis.serve(run, (results) => {
                if (fate.kind === 'lost_after')
                    return;
                this.#back.deliver(fate.backMs, () => {
                    if (redis.life !== life)
                        return;
                    for (const [index, result] of results.entries()) {
                        if (result.kind === 'reply')
                            arrived(calls[index].partition, result.seq, result.changed);
                    }
                    settle(results);
                });
            });
        });
    }
}
function refusesSome(result) {
    return result.kind === 'reply' && result.results.some(({ kind }) => kind === 'refused');
}
/** Reads of the event streams by one client: the model of the streams behind a network. */
export class StreamLink {
    #connection;
    #redis;
    #life;
    #delayMs;
    #streams;
    constructor(redis, life, options) {
        this.#redis = redis;
        this.#life = life;
        this.#delayMs = options.delayMs;
        this.#connection = new Connection(redis, life, options.whenReady);
        this.#streams = new StreamModel({
            partitions: () => redis.model?.partitions ?? [],
            clock: redis.clock,
            missing: redis.missing,
            memory: () => ({ usedBytes: redis.usedBytes, maxBytes: options.maxBytes ?? 0 }),
        });
    }
    read(requests) {
        return this.#ask(() => this.#streams.read(requests));
    }
    sample(partitions) {
        return this.#ask(() => this.#streams.sample(partitions));
    }
    /** Decoded, for views. */
    events(partition, afterSeq, limit) {
        return this.#ask(async () => {
            const events = this.#redis.model?.partitions[partition]?.events ?? [];
            return events.filter((event) => event.seq > afterSeq).slice(0, limit);
        });
    }
    /** The model answers at once, so its promise carries what Redis had at that moment. */
    #ask(question) {
        const redis = this.#redis;
        const { life } = redis;
        return new Promise((resolve, reject) => {
            const fail = () => reject(new Error('simulated: Redis cannot be reached'));
            if (!this.#connection.isReady) {
                this.#life.setTimer(0.1, fail);
                return;
            }
            const forget = redis.onDisconnect(() => {
                forget();
                this.#life.setTimer(0, fail);
            });
            this.#life.setTimer(this.#delayMs(), () => {
                if (!redis.isUp || redis.life !== life)
                    return;
                redis.serve(question, (answer) => {
                    this.#life.setTimer(this.#delayMs(), () => {
                        if (redis.life !== life)
                            return;
                        forget();
                        resolve(answer);
                    });
                });
            });
        });
    }
}
//# sourceMappingURL=redis-link.js.map