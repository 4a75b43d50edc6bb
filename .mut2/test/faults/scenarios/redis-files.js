import { cpSync, readdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';
import { now } from '../load/counts.js';
import { startAgain } from '../redis-repair.js';
import { fewRounds, mended, Operator, sellsOn } from './operator.js';
/** Refusals that must come without a single hold between them. */
const REFUSALS = 200;
/** Holds that the older file does not have. */
const LATER_HOLDS = 500;
export const REDIS_FILES = [
    {
        name: 'redis-file-cut',
        title: 'Half of Redis’ append-only file is gone, and an operator makes it start all the same',
        rounds: fewRounds,
        roundsPerStack: 2,
        strike: async (round) => {
            const { redis } = round.stack;
            const files = new AppendOnlyFiles(redis.directory);
            round.fault();
            await redis.kill('SIGKILL');
            files.keep('whole');
            files.cutInHalf();
            await sellsNothing(round, async () => {
                // Refused first, and says how it is forced; what is forced to start here has lost what was acknowledged.
                if (!(await startAgain(redis)))
                    round.broken('Redis started with half a file, and nobody had to force it');
            });
            await giveBack(round, files);
        },
    },
    {
        name: 'redis-file-older',
        title: 'An older append-only file is put back',
        rounds: fewRounds,
        roundsPerStack: 2,
        strike: async (round) => {
            const { redis } = round.stack;
            const files = new AppendOnlyFiles(redis.directory);
            // A file system's snapshot: nothing is half written.
            await redis.kill('SIGSTOP');
            files.keep('older');
            await redis.kill('SIGCONT');
            await sellsOn(round, LATER_HOLDS, 'after the copy of its file');
            round.fault();
            await redis.kill('SIGKILL');
            files.keep('whole');
            files.restore('older');
            await sellsNothing(round, () => startAgain(redis));
            await giveBack(round, files);
        },
    },
];
/** Redis comes back without what it acknowledged: no hold may be sold from it, by this life of the engine nor by the next. */
export async function sellsNothing(round, comeBack) {
    const { load, stack } = round;
    const operator = new Operator(round);
    const logged = operator.log().length;
    const at = now();
    await comeBack();
    await operator.seesDown('stock_store');
    await operator.seesMetric('holdfast_store_rolled_back', {}, 1);
    await operator.seesInLog('Redis lost acknowledged writes', logged);
    await refusesAll(round);
    const { lives } = stack.engine;
    stack.engine.signal('SIGKILL');
    await stack.engine.ready(lives + 1);
    await operator.seesDown('stock_store');
    await refusesAll(round);
    const accepted = load.timeline.firstAcceptedAfter(at);
    if (accepted !== undefined)
        round.broken(`a hold was sold ${Math.round(accepted - at)} ms after Redis came back without what it had acknowledged`);
}
async function refusesAll({ load }) {
    const before = load.counts().rolledBack;
    await until(() => load.counts().rolledBack >= before + REFUSALS, {
        timeoutMs: 30_000,
        what: 'requests refused with store_rolled_back',
    });
}
/** What an operator does: the newest file comes back, and the engine starts anew. Nothing acknowledged is missing then. */
async function giveBack(round, files) {
    const { redis, engine } = round.stack;
    await redis.kill('SIGKILL');
    files.restore('whole');
    // The kill before its copy may have come in the middle of a write.
    await startAgain(redis);
    const { lives } = engine;
    engine.signal('SIGKILL');
    await engine.ready(lives + 1);
    await mended(round);
    await new Operator(round).seesReady();
}
/** Redis' append-only files and copies of them. */
class AppendOnlyFiles {
    #redisDirectory;
    constructor(redisDirectory) {
        this.#redisDirectory = redisDirectory;
    }
    get #directory() {
        return join(this.#redisDirectory, 'appendonlydir');
    }
    keep(name) {
        const copy = join(this.#redisDirectory, name);
        rmSync(copy, { recursive: true, force: true });
        cpSync(this.#directory, copy, { recursive: true });
    }
    restore(name) {
        rmSync(this.#directory, { recursive: true, force: true });
        renameSync(join(this.#redisDirectory, name), this.#directory);
    }
    cutInHalf() {
        const file = readdirSync(this.#directory)
            .filter((name) => name.endsWith('.incr.aof'))
            .sort()
            .at(-1);
        if (file === undefined)
            throw new Error(`there is no append-only file in ${this.#directory}`);
        const path = join(this.#directory, file);
        truncateSync(path, Math.floor(statSync(path).size / 2));
    }
}
//# sourceMappingURL=redis-files.js.map