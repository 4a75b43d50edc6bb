import type { Test } from 'tap';
import { type RedisOptions, type RunningRedis, startRedis } from '../../src/services/redis.js';
import { temporaryDirectory } from './directories.js';

/** A private durable Redis on a free port, for this test only; stopped and removed when `t` ends. */
export async function freshRedis(t: Test, options: Partial<RedisOptions> = {}): Promise<RunningRedis> {
  const redis = await startRedis({ directory: temporaryDirectory(t, 'redis'), ...options });
  t.teardown(() => redis.stop());
  return redis;
}
