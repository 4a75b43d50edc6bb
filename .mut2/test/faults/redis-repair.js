import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
/**
 * Starts a Redis again that died, the way an operator does: where it refuses a file that ends in the middle of a write (a kill can
 * come within one too), the tool it names cuts that off. Answers whether that was needed.
 */
export async function startAgain(redis) {
    try {
        await redis.restart();
        return false;
    }
    catch (error) {
        if (!/redis-check-aof --fix/.test(String(error)))
            throw error;
        fixAppendOnlyFile(redis.directory);
        await redis.restart();
        return true;
    }
}
function fixAppendOnlyFile(directory) {
    const manifest = join(directory, 'appendonlydir', 'appendonly.aof.manifest');
    const { status, stdout, stderr } = spawnSync('redis-check-aof', ['--fix', manifest], {
        input: 'y\n',
        encoding: 'utf8',
    });
    if (status !== 0)
        throw new Error(`redis-check-aof --fix ended with ${status}:\n${stdout}${stderr}`);
}
/** Starts the Redis of a round again, and notes whether it needed repair. */
export async function restartRedis(round) {
    round.figure('redis-check-aof --fix', (await startAgain(round.stack.redis)) ? 1 : 0);
}
//# sourceMappingURL=redis-repair.js.map