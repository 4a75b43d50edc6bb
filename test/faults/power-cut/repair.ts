import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { RunningRedis } from '../../../src/services/redis.js';

/**
 * Starts Redis after a cut the way an operator does: where it refuses a file that ends in the middle of a write, the tool it names
 * cuts that off. Answers whether that was needed.
 */
export async function startAfterCut(redis: RunningRedis): Promise<boolean> {
  try {
    await redis.restart();
    return false;
  } catch (error) {
    if (!/redis-check-aof --fix/.test(String(error))) throw error;
    fixAppendOnlyFile(redis.directory);
    await redis.restart();
    return true;
  }
}

function fixAppendOnlyFile(directory: string): void {
  const manifest = join(directory, 'appendonlydir', 'appendonly.aof.manifest');
  const { status, stdout, stderr } = spawnSync('redis-check-aof', ['--fix', manifest], {
    input: 'y\n',
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`redis-check-aof --fix ended with ${status}:\n${stdout}${stderr}`);
}
