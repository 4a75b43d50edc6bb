import { AIMED_FAULTS, beginAnotherEpoch } from './aimed-faults.js';
const WRONG_PARTITIONS = 5;
const WEAK = 'power cut under everysec';
/** What may happen in the middle of a sale. Each mends itself after a while, or at the latest when the faults are over. */
export const FAULTS = {
    ...AIMED_FAULTS,
    'shard death': ({ engines, random }) => {
        random.pick(engines).killShard(random.below(2), random.chance(0.5));
    },
    'shard stuck': ({ engines, random, stopped }) => {
        const milliseconds = random.between(100, 2500);
        random.pick(engines).stopShard(random.below(2), milliseconds);
        stopped(0);
    },
    'engine killed': (world) => {
        const { engines, random } = world;
        restartEngine(world, random.pick(engines), random.between(10, 1200));
    },
    'all engines killed': (world) => {
        for (const engine of world.engines)
            restartEngine(world, engine, world.random.between(10, 800));
    },
    'engine stopped': ({ engines, random, stopped }) => {
        const milliseconds = random.between(50, 1500);
        random.pick(engines).stop(milliseconds);
        stopped(milliseconds);
    },
    'outage of the network': ({ network, random, scheduler }) => {
        network.outageUntil = scheduler.time + random.between(100, 2500);
    },
    'redis killed': (world) => restartRedis(world, true),
    'power cut of redis': (world) => restartRedis(world, false),
    'redis out of memory': ({ redis, random, scheduler }) => {
        redis.isOutOfMemory = true;
        scheduler.after(random.between(50, 1500), () => {
            redis.isOutOfMemory = false;
        });
    },
    'redis filling up': ({ redis, random, scheduler }) => {
        redis.usedBytes = 90;
        scheduler.after(random.between(1100, 2500), () => {
            redis.usedBytes = 40;
        });
    },
    'postgres down': ({ network, ledger, random, scheduler }) => {
        network.isPostgresDown = true;
        ledger.restart();
        scheduler.after(random.between(50, 3000), () => {
            network.isPostgresDown = false;
        });
    },
    'postgres restarted': ({ ledger }) => ledger.restart(),
    'leader lock lost': ({ ledger }) => ledger.breakLock(),
    'clock step of an engine': ({ clocks, engines, random }) => {
        const { name } = random.pick(engines);
        clocks.engines.set(name, (clocks.engines.get(name) ?? 0) + random.between(-1, 1) * 3_600_000);
    },
    'clock step of redis': ({ redis, random, redisClockStepped }) => {
        redis.clockOffsetMs += random.between(-1500, 1500);
        redisClockStepped();
    },
    'clock step of postgres': ({ clocks, random }) => {
        clocks.postgres += random.between(-1, 1) * 3_600_000;
    },
    'busy buying path': ({ engines, random, scheduler }) => {
        const { parts } = random.pick(engines);
        if (parts === undefined)
            return;
        parts.shared.pressure = 1000;
        scheduler.after(random.between(100, 2000), () => {
            parts.shared.pressure = 0;
        });
    },
    'partitions set wrong': (world) => {
        // The first start of all decides what is right.
        if (world.ledger.tables.deployment === undefined)
            return;
        const engine = world.random.pick(world.engines);
        engine.kill(0);
        world.scheduler.after(10, () => {
            if (engine.state.kind === 'down')
                engine.start(WRONG_PARTITIONS);
        });
        world.scheduler.after(world.random.between(200, 800), () => {
            if (!engine.isSetWrong)
                return;
            if (engine.state.kind === 'refused')
                world.coverage.count('partitions refused');
            engine.kill(0);
            engine.start();
        });
    },
};
/** What loses writes that were acknowledged: nothing may be sold after it. Only one of them, near the end of the faults. */
export const LOSSES = {
    'older file restored': (world) => restartRedis(world, true, (length) => length - 1 - world.random.below(60)),
    'failover that lost writes': (world) => restartRedis(world, true, (length) => length - 1 - world.random.below(6)),
    // Only where every write is not synced before its answer.
    [WEAK]: (world) => restartRedis(world, false),
    'redis wiped': (world) => restartRedis(world, true, () => undefined),
    'another epoch begun': beginAnotherEpoch,
};
function restartEngine({ scheduler, random }, engine, afterMs) {
    if (engine.state.kind === 'down')
        return;
    engine.kill(random.chance(0.5) ? 0 : random.between(0, 2000));
    scheduler.after(afterMs, () => {
        if (engine.state.kind === 'down')
            engine.start();
    });
}
function restartRedis({ redis, random, scheduler }, keepsTail, putBack) {
    if (!redis.isUp)
        return;
    redis.kill(keepsTail);
    if (putBack !== undefined) {
        const length = putBack(redis.logLength);
        redis.putBack(length === undefined ? undefined : Math.max(0, length));
    }
    scheduler.after(random.between(5, 800), () => redis.start());
}
/** Draws which faults this simulation has and when, and lets them happen. */
export function scheduleFaults(world, fromMs, untilMs) {
    const { random } = world;
    const enabled = Object.keys(FAULTS).filter(() => random.chance(0.25));
    const count = enabled.length === 0 ? 0 : random.below(7);
    for (let index = 0; index < count; index += 1) {
        const name = random.pick(enabled);
        scheduleFault(world, name, fromMs, untilMs);
    }
}
/** One of `FAULTS` or `LOSSES`, at some moment of a span. */
export function scheduleFault(world, name, fromMs, untilMs) {
    const { random, scheduler, coverage, tell } = world;
    // The new life has to come further than the old one was before it meets it.
    const earlier = name === 'another epoch begun' ? fromMs / 2 : 0;
    scheduler.after(random.between(fromMs, untilMs) - earlier, () => {
        coverage.count(name);
        tell(name);
        const fault = FAULTS[name] ?? LOSSES[name];
        fault?.(world);
    });
}
//# sourceMappingURL=faults.js.map