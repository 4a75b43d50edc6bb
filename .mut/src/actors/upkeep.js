import { Loader } from './loader.js';
import { Sweeper } from './sweeper.js';
import { Trimmer } from './trimmer.js';
import { ViewFollower } from './view-follower.js';
/** What a shard does without being asked: loads and follows views, sweeps deadlines, trims streams. */
export class Upkeep {
    #views;
    #sweeper;
    #trimmer;
    #loader;
    #follower;
    #isClosed = false;
    constructor(options) {
        const { shard, redisClocks, intake, enqueue, swept, changed, own } = options;
        const { owned, clock, shared, limits, events, keysKnown, outlet } = shard;
        this.#views = [...options.views.values()];
        this.#sweeper = new Sweeper({
            owned,
            clock,
            redisClocks,
            shared,
            retentionMs: limits.idempotencyRetentionMs,
            enqueue,
            reply: (partition, reply, times) => intake.reply(partition, reply, times),
            swept,
        });
        this.#trimmer = new Trimmer({ owned, clock, shared, retentionMs: limits.eventRetentionMs, enqueue });
        this.#loader = new Loader({ clock, intake, events, enqueue, keysKnown });
        this.#follower = new ViewFollower({
            views: this.#views,
            clock,
            shared,
            pollMs: limits.pollMs,
            intake,
            events,
            outlet,
            enqueue,
            due: (partition, at) => this.due(partition, at),
            reload: (view) => this.#loader.load(view),
            changed,
            own,
        });
    }
    /** Resolves when all SKUs are in memory. */
    async start() {
        this.#trimmer.start();
        await Promise.all(this.#views.map((view) => this.#loader.load(view)));
        if (!this.#isClosed)
            this.#follower.start();
    }
    /** Something is due in the partition at this Redis time. */
    due(partition, at) {
        this.#sweeper.due(partition, at);
    }
    close() {
        this.#isClosed = true;
        this.#follower.close();
        this.#loader.close();
        this.#sweeper.close();
        this.#trimmer.close();
    }
}
//# sourceMappingURL=upkeep.js.map