import { shardOn } from '../../src/actors/shard-host.js';
import { ShardThread } from '../../src/actors/shard-thread.js';
import { RedisLink, StreamLink } from './redis-link.js';
import { Channel, Life } from './scheduler.js';
/** One life of a shard's thread: what `thread.ts` starts in a real one, as it is. */
export class SimulatedThread {
    #world;
    #life;
    #toMain;
    #toThread;
    #fail;
    /** Starts it as the link of the shard asks. */
    static spawner(world, started) {
        return (data, events) => {
            const thread = new SimulatedThread(world, data, events);
            started(thread, data.index);
            return thread.worker;
        };
    }
    worker;
    constructor(world, ...[data, events]) {
        const { scheduler, process, redis, engine, fate, arrived, hopMs } = world;
        this.#world = world;
        const life = new Life(scheduler, world.wallOffsetMs, process);
        this.#life = life;
        this.#toMain = new Channel(scheduler, process);
        this.#toThread = new Channel(scheduler, life);
        const waiting = [];
        let receive;
        const end = (code) => {
            life.kill();
            this.#toMain.deliver(hopMs(), () => events.exited(code));
        };
        this.#fail = (reason) => {
            this.#toMain.deliver(0, () => events.failed(new Error(reason)));
            end(1);
        };
        this.worker = {
            post: (message) => this.#toThread.deliver(hopMs(), () => {
                if (receive === undefined)
                    waiting.push(message);
                else
                    receive(message);
            }),
            terminate: () => {
                if (!life.isDead)
                    end(1);
            },
        };
        const thread = new ShardThread(data, {
            clock: life,
            post: (message) => this.#toMain.deliver(hopMs(), () => events.message(message)),
            listen: (listener) => {
                receive = listener;
                for (const message of waiting)
                    listener(message);
            },
            host: async (outlet) => {
                const timeoutMs = data.stockTimeoutMs;
                const store = new RedisLink({ engine, redis, scheduler, life, timeoutMs, fate, arrived });
                const streams = new StreamLink(redis, life, { delayMs: hopMs });
                const shard = shardOn(data, { clock: life, soon: queueMicrotask, outlet }, store, {
                    read: (partition, afterSeq, limit) => streams.events(partition, afterSeq, limit),
                });
                await shard.learnTime();
                return {
                    shard,
                    redisState: () => (store.isReady ? { state: 'ready' } : { state: 'connecting' }),
                    close: async () => shard.close(),
                };
            },
            atEndOfTurn: (task) => void life.setTimer(0, task),
            exit: () => end(0),
        });
        thread.run().catch((error) => this.#fail(String(error)));
    }
    get isDead() {
        return this.#life.isDead;
    }
    /** It dies by itself. Messages it had sent are lost with it, or arrive before the news of its death. */
    die(losesMessages) {
        if (this.isDead)
            return;
        if (losesMessages)
            this.#toMain.discard();
        this.#fail(`simulated at ${this.#world.scheduler.time}`);
    }
    /** Its event loop does not turn for a while. */
    stop(milliseconds) {
        this.#life.stop(milliseconds);
    }
}
//# sourceMappingURL=simulated-thread.js.map