import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { mountSmallDisk } from '../../support/small-disk.js';
import { until } from '../../support/until.js';
import { startAgain } from '../redis-repair.js';
import { fewRounds, mended, Operator, sellsOn } from './operator.js';
const FLUSHES = 20;
/** Holds confirmed, and released, while Redis takes nothing new; more than were under way when it filled. */
const ENDED = 20;
/** Enough for the rounds on one stack; filled up when its moment comes. */
const DISK_BYTES = 256 * 1024 ** 2;
/** What is left on a disk that is nearly full: some more calls, and the next does not fit. */
const LEFT_BYTES = 64 * 1024;
export const REDIS_LIMITS = [
    {
        name: 'functions-flushed',
        title: `All functions are deleted from Redis, ${FLUSHES} times in a row`,
        rounds: fewRounds,
        strike: async (round) => {
            const operator = new Operator(round);
            round.fault();
            await withRedis(round, async (redis) => {
                for (let flush = 0; flush < FLUSHES; flush += 1) {
                    await redis.function('FLUSH');
                    await sellsOn(round, round.options.connections, 'after the functions were deleted');
                    if (!(await operator.readiness()).ready)
                        round.broken('/readyz was not ready, though it sells');
                }
            });
        },
    },
    {
        name: 'redis-out-of-memory',
        title: 'maxmemory is suddenly less than what Redis has: it refuses whatever needs more',
        rounds: fewRounds,
        strike: outOfMemory,
    },
    diskFull(),
];
async function withRedis(round, use) {
    const redis = new Redis(round.stack.redis.url);
    redis.on('error', () => undefined);
    try {
        await use(redis);
    }
    finally {
        redis.disconnect();
    }
}
async function outOfMemory(round) {
    const operator = new Operator(round);
    const { load } = round;
    await withRedis(round, async (redis) => {
        const [, limit = '0'] = (await redis.config('GET', 'maxmemory'));
        round.fault();
        await redis.config('SET', 'maxmemory', '1mb');
        const full = load.counts();
        try {
            await until(async () => /errorstat_OOM/.test(await redis.info('errorstats')), {
                what: 'a refusal by Redis',
            });
            await operator.sees('Redis is full and new holds are refused', ({ ready, dependencies }) => ready && dependencies.redis_memory?.state === 'down');
            await operator.seesMetric('holdfast_dependency_up', { dependency: 'redis_memory' }, 0);
            // What is in flight was decided before: from here on nothing new is held, and what is held can be paid for and given back.
            const { accepted } = load.counts();
            await heldIsExpired(redis);
            await until(() => load.counts().confirmed > full.confirmed + ENDED, { what: 'confirms at maxmemory' });
            await until(() => load.counts().released > full.released + ENDED, { what: 'releases at maxmemory' });
            const held = load.counts().accepted - accepted;
            if (held > 0)
                round.broken(`${held} holds were accepted while Redis had no memory for them`);
        }
        finally {
            await redis.config('SET', 'maxmemory', limit);
        }
    });
    await mended(round);
    await operator.sees('there is room again', ({ dependencies }) => dependencies.redis_memory?.state === 'ok');
}
/** The SKU whose holds last a second or so: all of them come back, though Redis takes nothing new. */
async function heldIsExpired(redis) {
    const brief = async () => {
        for (let partition = 0; partition < 16; partition += 1) {
            for (const [name, record] of Object.entries(await redis.hgetallBuffer(`{p${partition}}:skus`))) {
                // The third of the counters after the state: `lua/library/sku.lua`.
                if (name.endsWith('-brief') && record.readUInt32BE(9) > 0)
                    return false;
            }
        }
        return true;
    };
    await until(brief, { what: 'every hold past its deadline given back at maxmemory' });
}
/** Under `appendfsync always` Redis ends when its file cannot grow: what it answered is on the disk, and nothing else. */
function diskFull() {
    let disk;
    return {
        name: 'disk-full',
        title: 'The disk of Redis is full: it exits; space is made, it is started again',
        rounds: fewRounds,
        stack: () => {
            disk = smallDisk();
            if (disk === undefined)
                return {};
            const mounted = disk;
            return {
                redis: { directory: join(mounted.directory, 'redis') },
                between: async (stack) => {
                    stack.atEnd(() => removeDisk(mounted));
                    return {};
                },
            };
        },
        strike: async (round) => {
            const { redis } = round.stack;
            const operator = new Operator(round);
            round.fault();
            if (disk === undefined)
                limitFiles(redis);
            else
                disk.fill(LEFT_BYTES);
            await operator.seesDown('redis');
            const log = readFileSync(join(redis.directory, 'redis.log'), 'utf8');
            if (disk !== undefined && !/AOF write error when the AOF fsync policy is 'always'. Exiting/.test(log))
                round.broken('Redis did not exit for its full disk');
            disk?.free();
            await startAgain(redis);
            await mended(round);
            await operator.seesReady();
        },
    };
}
/**
 * Where nothing may be mounted: its files may not grow. The kernel then ends it within the write (SIGXFSZ) instead of letting it exit
 * by itself; what was answered is on the disk all the same. The next life of Redis has no such limit.
 */
function limitFiles({ pid, directory }) {
    const files = join(directory, 'appendonlydir');
    const sizes = readdirSync(files).map((name) => statSync(join(files, name)).size);
    execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${Math.max(...sizes) + LEFT_BYTES}`]);
}
function smallDisk() {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
    const disk = mountSmallDisk(directory, DISK_BYTES);
    if (disk === undefined)
        rmSync(directory, { recursive: true, force: true });
    return disk;
}
function removeDisk({ directory, unmount }) {
    unmount();
    rmSync(directory, { recursive: true, force: true });
}
//# sourceMappingURL=redis-limits.js.map